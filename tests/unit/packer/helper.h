/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the packer's unit tests share: cmocka with what it needs, a scratch directory that a test
 * gets as its state, and assertions about errors and findings. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

/* A test with a private directory: its path is *state. */
#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)

static inline int make_dir(void **state)
{
    *state = g_dir_make_tmp("suppack-test-XXXXXX", NULL);
    return *state == NULL;
}

/* Runs a program without a shell; 0 when it said it went well. Its output is thrown away. */
static inline int run_quietly(const char *const *argv)
{
    int status = -1;
    GSpawnFlags flags =
        G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
    if (!g_spawn_sync(NULL, (char **)argv, NULL, flags, NULL, NULL, NULL, NULL, &status, NULL))
        return -1;
    return status;
}

static inline int remove_dir(void **state)
{
    int rc = run_quietly((const char *[]){"rm", "-rf", *state, NULL});
    g_free(*state);
    return rc;
}

static inline GBytes *bytes_of(const char *text)
{
    return g_bytes_new(text, strlen(text));
}

static inline void assert_bytes(GBytes *bytes, const char *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    g_autofree char *copy = g_strndup(data, size);
    assert_string_equal(copy, text);
}

/* `error` is of our domain, has that exit status and says `part`; it is freed. */
static inline void assert_error(GError **error, int code, const char *part)
{
    assert_non_null(*error);
    assert_true((*error)->domain == SP_ERROR);
    if (strstr((*error)->message, part) == NULL)
        fail_msg("'%s' does not say '%s'", (*error)->message, part);
    assert_int_equal((*error)->code, code);
    g_clear_error(error);
}

static inline void write_file(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline guint count_entries(const char *dir)
{
    g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
    guint count = 0;
    while (open != NULL && g_dir_read_name(open) != NULL)
        count++;
    return count;
}
