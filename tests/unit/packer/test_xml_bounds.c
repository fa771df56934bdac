/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_bounds.h"
#include "helper.h"

/* `before`, `piece` so many times, `after` */
static GBytes *text_of(const char *before, const char *piece, guint times, const char *after)
{
    GString *text = g_string_new(before);
    for (guint i = 0; i < times; i++)
        g_string_append(text, piece);
    g_string_append(text, after);
    return g_string_free_to_bytes(text);
}

static void a_tree_is_measured_by_its_tags_and_attributes(void **state)
{
    (void)state;
    g_autoptr(GBytes) none = g_bytes_new("", 0);
    g_autoptr(GBytes) few = text_of("<x>", "<a/>", 10000, "</x>");
    g_autoptr(GBytes) many = text_of("<x>", "<a/>", 100000, "</x>");
    g_autoptr(GBytes) attributes = text_of("<x ", "a='' ", 100000, "/>");
    g_autoptr(GBytes) letters = text_of("<x>", "text", 1000000, "</x>");
    assert_true(sp_xml_fits(none) && sp_xml_fits(few) && sp_xml_fits(letters));
    assert_false(sp_xml_fits(many));
    assert_false(sp_xml_fits(attributes));
}

static void of_a_list_the_largest_element_counts(void **state)
{
    (void)state;
    g_autoptr(GBytes) list =
        text_of("<?xml version=\"1.0\"?><x>", "<p><a/><b/></p>", 100000, "</x>");
    g_autoptr(GBytes) large = text_of("<x><p>", "<a/>", 100000, "</p></x>");
    g_autoptr(GBytes) none = g_bytes_new("", 0);
    assert_false(sp_xml_fits(list));
    assert_true(sp_xml_fits_by(list, "p") && sp_xml_fits_by(none, "p"));
    assert_false(sp_xml_fits_by(large, "p"));
}

/* An end tag in a comment or an instruction ends nothing. */
static void what_only_looks_like_an_end_does_not_count(void **state)
{
    (void)state;
    g_autoptr(GBytes) comments = text_of("<x><p>", "<a/><!--</p>-->", 100000, "</p></x>");
    g_autoptr(GBytes) instructions = text_of("<x><p>", "<a/><?</p>?>", 100000, "</p></x>");
    assert_false(sp_xml_fits_by(comments, "p"));
    assert_false(sp_xml_fits_by(instructions, "p"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_measured_by_its_tags_and_attributes),
        cmocka_unit_test(of_a_list_the_largest_element_counts),
        cmocka_unit_test(what_only_looks_like_an_end_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
