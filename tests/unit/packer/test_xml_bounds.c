/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_bounds.h"
#include "helper.h"

#include <string.h>

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
    g_autoptr(GBytes) attributes = text_of("<x>", "<a b='' c=''/>", 50000, "</x>");
    g_autoptr(GBytes) letters = text_of("<x>", "text", 1000000, "</x>");
    assert_null(sp_xml_bounds(few));
    assert_null(sp_xml_bounds(letters));
    assert_non_null(sp_xml_bounds(none));
    assert_non_null(sp_xml_bounds(many));
    assert_non_null(sp_xml_bounds(attributes));
}

static void of_a_list_the_largest_element_counts(void **state)
{
    (void)state;
    g_autoptr(GBytes) list =
        text_of("<?xml version=\"1.0\"?><x>", "<p><a/><b/></p>", 100000, "</x>");
    g_autoptr(GBytes) large = text_of("<x><p>", "<a/>", 100000, "</p></x>");
    g_autoptr(GBytes) none = g_bytes_new("", 0);
    assert_non_null(sp_xml_bounds(list));
    assert_null(sp_xml_bounds_by(list, "p"));
    assert_non_null(sp_xml_bounds_by(none, "p"));
    assert_non_null(sp_xml_bounds_by(large, "p"));
}

/* An end tag in a comment or an instruction ends nothing. */
static void what_only_looks_like_an_end_does_not_count(void **state)
{
    (void)state;
    g_autoptr(GBytes) comments = text_of("<x><p>", "<a/><!--</p>-->", 100000, "</p></x>");
    g_autoptr(GBytes) instructions = text_of("<x><p>", "<a/><?</p>?>", 100000, "</p></x>");
    assert_non_null(sp_xml_bounds_by(comments, "p"));
    assert_non_null(sp_xml_bounds_by(instructions, "p"));
}

static void says(const char *before, const char *piece, guint times, const char *after,
                 const char *what)
{
    g_autoptr(GBytes) text = text_of(before, piece, times, after);
    const char *problem = sp_xml_bounds(text), *listed = sp_xml_bounds_by(text, "p");
    if (what == NULL) {
        assert_null(problem);
        assert_null(listed);
        return;
    }
    assert_non_null(problem);
    assert_non_null(strstr(problem, what));
    assert_non_null(listed);
    assert_non_null(strstr(listed, what));
}

/* libxml2 compares every two of them. */
static void attributes_and_namespaces_are_counted(void **state)
{
    (void)state;
    says("<x ", "a='>' ", 256, "/>", NULL);
    says("<x ", "a='>' ", 257, "/>", "more than 256 attributes");
    says("<x ", "a=\"'>'\" ", 257, "/>", "more than 256 attributes");
    says("<x><!-- <y \" --><z ", "a\n=\n'=' ", 257, "/></x>", "more than 256 attributes");
    says("<x>", "a='' ", 1000, "</x>", NULL);
    says("<x>", "<a b='' c=''/>", 1000, "</x>", NULL);
    says("<x ", "xmlns:a='' ", 65, "/>", "more than 64 namespaces");
    says("<x>", "<a xmlns:b=''/>", 65, "</x>", "more than 64 namespaces");
    says("<x>", "xmlns:b=''", 65, "</x>", NULL);
}

/* Each letter of markup could be another byte. */
static void other_encodings_are_refused(void **state)
{
    (void)state;
    static const char *const good[] = {"<a/>",
                                       "\xef\xbb\xbf<a/>",
                                       " <a/>",
                                       "<?xml version='1.0'?><a encoding='x'/>",
                                       "<?xml version='1.0' encoding='utf-8'?><a/>",
                                       "<?xml version=\"1.0\" encoding = \"US-ASCII\"?><a/>"};
    static const char *const bad[] = {"\xff\xfe<",
                                      "\xfe\xff",
                                      "L\x6f\xa7\x94",
                                      "<?xml version='1.0' encoding='utf-16'?><a/>",
                                      "<?xml version='1.0' encoding='UTF-7'?><a/>",
                                      "<?xml version='1.0' encoding=''?><a/>",
                                      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>"};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        says(good[i], "", 0, "", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        says(bad[i], "", 0, "", "not UTF-8");
    g_autoptr(GBytes) wide = g_bytes_new_static("<\0a\0/\0>\0", 8);
    assert_non_null(sp_xml_bounds(wide));
}

/* They are given to elements without standing there. */
static void own_declarations_are_refused(void **state)
{
    (void)state;
    says("<!DOCTYPE a SYSTEM 'a.dtd'>", "", 0, "<a/>", NULL);
    says("<!DOCTYPE a [", "<!ATTLIST a b CDATA 'c'>", 1, "]><a/>", "it defines");
    says("<!DOCTYPE a [", "<!ENTITY a 'c'>", 1, "]><a/>", "it defines entities");
    says("<!DOCTYPE a [", "<!ELEMENT a EMPTY>", 1, "]><a/>", "it defines");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_measured_by_its_tags_and_attributes),
        cmocka_unit_test(of_a_list_the_largest_element_counts),
        cmocka_unit_test(what_only_looks_like_an_end_does_not_count),
        cmocka_unit_test(attributes_and_namespaces_are_counted),
        cmocka_unit_test(other_encodings_are_refused),
        cmocka_unit_test(own_declarations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
