/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fact.h"
#include "helper.h"

/* "kind subject name value" a fact, one space between; lines end with ';'. */
static GPtrArray *facts_of(const char *text)
{
    GPtrArray *facts = sp_facts_new();
    g_auto(GStrv) lines = g_strsplit(text, ";", -1);
    for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", 4);
        const char *kinds = "psdr";
        SpFactKind kind = (SpFactKind)(strchr(kinds, words[0][0]) - kinds);
        sp_facts_add(facts, kind, words[1], words[2], words[3]);
    }
    return facts;
}

static char *compare(const char *x, const char *y, gboolean ignore)
{
    g_autoptr(GPtrArray) a = facts_of(x), b = facts_of(y);
    g_autoptr(GPtrArray) found = sp_facts_compare(a, b, ignore);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const SpDifference *one = found->pdata[i];
        g_string_append_printf(out, "%s.%s %s>%s;", one->subject, one->name,
                               one->a != NULL ? one->a : "-", one->b != NULL ? one->b : "-");
    }
    return g_string_free(out, FALSE);
}

static void each_case(void **state)
{
    (void)state;
    const struct {
        const char *a, *b, *all, *ignoring;
    } cases[] = {
        {"p s n 1;", "p s n 1;", "", ""},
        {"p s n 1;", "p s n 2;", "s.n 1>2;", "s.n 1>2;"},
        {"p s n 1;p s m 1;", "p s m 1;p s o 1;", "s.n 1>-;s.o ->1;", "s.n 1>-;s.o ->1;"},
        {"p s n 1;p t n 1;p t m 1;", "p s n 1;", "t. >-;", "t. >-;"},
        {"p s n 1;", "p s n 1;p t n 1;r t m 1;", "t. ->;", "t. ->;"},
        {"p s n 1;p s n 2;", "p s n 1;p s n 3;", "s.n 2>3;", "s.n 2>3;"},
        {"p s n 1;s s g 1;", "p s n 1;s s g 2;", "s.g 1>2;", ""},
        {"p s n 1;", "p s n 1;s s g 2;", "s.g ->2;", ""},
        {"p s n 1;d s x 1;r s b 1;", "p s n 1;d s x 2;r s b 2;", "", ""},
        {"p s n 1;d s x 1;", "p s n 1;p s x 2;", "s.x 1>2;", "s.x 1>2;"},
        {"p s n 1;r s b 1;", "p s n 2;r s b 2;", "s.n 1>2;", "s.n 1>2;"},
        {"p s n 1;r s b 1;", "p s n 1;r s b 2;", "s.b 1>2;", "s.b 1>2;"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *all = compare(cases[i].a, cases[i].b, FALSE);
        g_autofree char *ignoring = compare(cases[i].a, cases[i].b, TRUE);
        assert_string_equal(all, cases[i].all);
        assert_string_equal(ignoring, cases[i].ignoring);
    }
}

static void long_values_are_shown_where_they_part(void **state)
{
    (void)state;
    g_autofree char *filler = g_strnfill(200, 'x');
    g_autofree char *a = g_strdup_printf("p s n %sA;", filler);
    g_autofree char *b = g_strdup_printf("p s n %sB;", filler);
    g_autofree char *shown = compare(a, b, FALSE);
    assert_string_equal(shown, "s.n ...xxxxxxxxxxxxxxxxA>...xxxxxxxxxxxxxxxxB;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case),
        cmocka_unit_test(long_values_are_shown_where_they_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
