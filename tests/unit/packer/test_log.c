/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log.h"
#include "helper.h"

#include <stdio.h>

static char *said(const char *dir, int verbosity)
{
    g_autofree char *path = g_build_filename(dir, "said", NULL);
    (void)fflush(stderr);
    int saved = dup(STDERR_FILENO);
    assert_non_null(freopen(path, "w", stderr));
    const SpLog log = {.verbosity = verbosity};
    sp_log_error(&log, "broken\nhint: mend it");
    sp_log_warning(&log, "careful %d", 1);
    sp_log_info(&log, "by the way");
    (void)fflush(stderr);
    (void)dup2(saved, STDERR_FILENO);
    close(saved);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void says_what_the_verbosity_asks_for(void **state)
{
    g_autofree char *quiet = said(*state, SP_LOG_QUIET);
    g_autofree char *normal = said(*state, SP_LOG_NORMAL);
    g_autofree char *verbose = said(*state, SP_LOG_VERBOSE);
    assert_string_equal(quiet, "suppack: broken\nhint: mend it\n");
    assert_string_equal(normal, "suppack: broken\nhint: mend it\nsuppack: warning: careful 1\n");
    assert_string_equal(verbose, "suppack: broken\nhint: mend it\nsuppack: warning: careful 1\n"
                                 "suppack: info: by the way\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(says_what_the_verbosity_asks_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
