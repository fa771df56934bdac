/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"
#include "helper.h"

static void a_line_only_where_somebody_waits(void **state)
{
    (void)state;
    const struct {
        SpLog log;
        gboolean shown;
    } cases[] = {
        {{.verbosity = SP_LOG_NORMAL, .live = TRUE}, TRUE},
        {{.verbosity = SP_LOG_VERBOSE, .live = TRUE}, TRUE},
        {{.verbosity = SP_LOG_QUIET, .live = TRUE}, FALSE},
        {{.verbosity = SP_LOG_NORMAL, .live = FALSE}, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        SpProgress progress = sp_progress_begin(&cases[i].log, "signing package", 103);
        gint64 begun = progress.begun;
        g_autofree char *early = sp_progress_line(&progress, 7, begun + G_USEC_PER_SEC - 1);
        g_autofree char *late = sp_progress_line(&progress, 7, begun + G_USEC_PER_SEC);
        assert_null(early);
        if (cases[i].shown)
            assert_string_equal(late, "suppack: signing package 7 of 103");
        else
            assert_null(late);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_only_where_somebody_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
