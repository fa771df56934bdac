/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "children.h"
#include "helper.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    const char *path;    /* made when it is there */
    const char *message; /* or fails with this */
    int code;
    gboolean dies;
    const char *waits_for;
} Work;

static gboolean work(gpointer data, GError **error)
{
    const Work *it = data;
    if (it->dies)
        (void)raise(SIGKILL);
    for (int i = 0; it->waits_for != NULL && i < 10000 && access(it->waits_for, F_OK) != 0; i++)
        g_usleep(1000);
    if (it->waits_for != NULL && access(it->waits_for, F_OK) != 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "waited for nothing");
    if (it->message != NULL)
        return sp_throw(error, (SpErrorCode)it->code, "%s", it->message);
    return g_file_set_contents(it->path, "x", 1, error);
}

static void all_at_once(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *a = g_build_filename(*state, "a", NULL);
    g_autofree char *b = g_build_filename(*state, "b", NULL);
    /* the first cannot end before the second has */
    Work first = {.path = a, .waits_for = b}, second = {.path = b};
    gpointer all[] = {&first, &second};
    assert_true(sp_children_run(work, all, 2, &error));
    assert_int_equal(access(a, F_OK), 0);
}

static void the_first_error_of_several(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(*state, "c", NULL);
    Work good = {.path = path}, wrong = {.message = "first: 'x'\nhint: do", .code = 5},
         later = {.message = "later", .code = 4};
    gpointer all[] = {&good, &wrong, &later};
    assert_false(sp_children_run(work, all, 3, &error));
    assert_int_equal(error->code, 5);
    assert_string_equal(error->message, "first: 'x'\nhint: do");
    assert_int_equal(access(path, F_OK), 0);
}

static void one_that_dies(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(*state, "d", NULL);
    Work good = {.path = path}, dead = {.dies = TRUE};
    gpointer all[] = {&good, &dead};
    assert_false(sp_children_run(work, all, 2, &error));
    assert_error(&error, 4, "a child process died");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(all_at_once),
        IN_DIR(the_first_error_of_several),
        IN_DIR(one_that_dies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
