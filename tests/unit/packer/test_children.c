/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "children.h"
#include "helper.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    const char *path; /* made when it is there */
    const char *hint;
    const char *message; /* or fails with this */
    int code;
    pid_t spared; /* every other process dies of it */
    const char *waits_for;
} Work;

static gboolean work(gpointer data, GError **error)
{
    const Work *it = data;
    if (it->spared != 0 && it->spared != getpid())
        (void)raise(SIGKILL);
    if (it->spared != 0) {
        g_usleep(1000); /* the others have the time to take one */
        return TRUE;
    }
    for (int i = 0; it->waits_for != NULL && i < 10000 && access(it->waits_for, F_OK) != 0; i++)
        g_usleep(1000);
    if (it->waits_for != NULL && access(it->waits_for, F_OK) != 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "waited for nothing");
    if (it->message != NULL) {
        (void)sp_throw(error, (SpErrorCode)it->code, "%s", it->message);
        return it->hint != NULL ? sp_hint(error, "%s", it->hint) : FALSE;
    }
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
    Work good = {.path = path}, wrong = {.message = "first: 'x'", .hint = "do", .code = 5},
         later = {.message = "later", .code = 4};
    gpointer all[] = {&good, &wrong, &later};
    assert_false(sp_children_run(work, all, 3, &error));
    assert_int_equal(error->code, 5);
    assert_string_equal(error->message, "first: 'x'\nhint: do");
    assert_int_equal(access(path, F_OK), 0);
}

static void no_other_is_begun(void **state)
{
    enum { MANY = 1000 };
    g_autoptr(GError) error = NULL;
    Work works[MANY] = {{.message = "at once", .code = 3}};
    gpointer all[MANY] = {&works[0]};
    for (int i = 1; i < MANY; i++) {
        works[i].path = g_strdup_printf("%s/many-%d", (const char *)*state, i);
        all[i] = &works[i];
    }
    assert_false(sp_children_run(work, all, MANY, &error));
    assert_string_equal(error->message, "at once");
    assert_int_not_equal(access(works[MANY - 1].path, F_OK), 0);
    for (int i = 1; i < MANY; i++)
        g_free((char *)works[i].path);
}

static void one_that_dies(void **state)
{
    (void)state;
    enum { MANY = 500 };
    g_autoptr(GError) error = NULL;
    Work deadly = {.spared = getpid()};
    gpointer all[MANY];
    for (int i = 0; i < MANY; i++)
        all[i] = &deadly;
    assert_false(sp_children_run(work, all, MANY, &error));
    assert_error(&error, 4, "a child process died");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(all_at_once),
        IN_DIR(the_first_error_of_several),
        IN_DIR(no_other_is_begun),
        IN_DIR(one_that_dies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
