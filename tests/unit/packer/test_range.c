/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "range.h"
#include "helper.h"

static void keys(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int numbers[4];
        SpParser first, last;
    } good[] = {
        {"stanza-7.1..7.2", {7, 1, 7, 2}, SP_0_4_9_86, SP_0_4_9_86},
        {"stanza-8..8", {8, 0, 8, 9999}, SP_0_4_9_119, SP_0_4_9_119},
        {"stanza-5.6..6.2", {5, 6, 6, 2}, SP_0_4_7, SP_0_4_7},
        {"stanza-6.2..8.2", {6, 2, 8, 2}, SP_0_4_7, SP_0_4_9_119},
        {"stanza-8.2..10", {8, 2, 10, 9999}, SP_0_4_9_119, SP_0_15_0},
    };
    const char *must = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        SpRange *range = sp_range_new(good[i].key, &must);
        assert_non_null(range);
        assert_null(must);
        const int *n = good[i].numbers;
        print_message("%s\n", good[i].key);
        assert_true(range->from[0] == n[0] && range->from[1] == n[1]);
        assert_true(range->to[0] == n[2] && range->to[1] == n[3]);
        assert_int_equal(range->first, good[i].first);
        assert_int_equal(range->last, good[i].last);
        sp_range_free(range);
    }
    static const char *const wrong[] = {"stanza-7.2..7.1", "stanza-7.1",       "stanza-7.1..",
                                        "stanza-7.1.7.2",  "stanza-7.1..7.2x", "stanza-4..5",
                                        "stanza-7.1...7.2"};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        assert_null(sp_range_new(wrong[i], &must));
        assert_non_null(must);
    }
    static const char *const others[] = {"stanza", "stanza-el7", "settings"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        assert_null(sp_range_new(others[i], &must));
        assert_null(must);
    }
}

static gboolean overlap(const char *a, const char *b)
{
    const char *must = NULL;
    SpRange *x = sp_range_new(a, &must), *y = sp_range_new(b, &must);
    gboolean both = sp_range_overlaps(x, y);
    assert_int_equal(sp_range_overlaps(y, x), both);
    sp_range_free(x);
    sp_range_free(y);
    return both;
}

static void overlaps(void **state)
{
    (void)state;
    assert_true(overlap("stanza-7.1..7.2", "stanza-7.2..8.2"));
    assert_true(overlap("stanza-7..7", "stanza-7.6..7.6"));
    assert_false(overlap("stanza-7.1..7.2", "stanza-7.3..8.2"));
    assert_false(overlap("stanza-7..7", "stanza-8..8"));
}

/* What the hook reads: ranges' lines, ascending, one file for equal texts. */
static void lines_of_pack_conf(void **state)
{
    (void)state;
    const char *must = NULL;
    SpRange *range = sp_range_new("stanza-6.5..8", &must);
    range->text[SP_0_4_9_31] = bytes_of("a");
    range->text[SP_0_4_9_86] = bytes_of("b");
    range->text[SP_0_4_9_119] = bytes_of("a");
    g_autoptr(GString) out = g_string_new(NULL);
    sp_range_conf(range, out);
    assert_string_equal(out->str,
                        "stanza-release=6.5 8.9999 0.4.9-31 multipath-6.5..8-0.4.9-31.conf\n"
                        "stanza-release=6.5 8.9999 0.4.9-86 multipath-6.5..8-0.4.9-86.conf\n"
                        "stanza-release=6.5 8.9999 0.4.9-119 multipath-6.5..8-0.4.9-31.conf\n");
    assert_true(sp_range_owns(range, SP_0_4_9_86));
    assert_false(sp_range_owns(range, SP_0_4_9_119));
    sp_range_free(range);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),
        cmocka_unit_test(overlaps),
        cmocka_unit_test(lines_of_pack_conf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
