/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_out.h"
#include "helper.h"

static void escapes_and_indents(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    SpXml xml;
    sp_xml_begin(&xml);
    sp_xml_open(&xml, "a");
    sp_xml_attribute_out(&xml, "x", "<\"&'>");
    sp_xml_attribute_out(&xml, "none", "");
    sp_xml_element(&xml, "b", "<&>");
    sp_xml_close(&xml);
    g_autoptr(GBytes) bytes = sp_xml_finish(&xml, "t.xml", &error);
    assert_bytes(bytes, "<a x=\"&lt;&quot;&amp;'&gt;\">\n  <b>&lt;&amp;&gt;</b>\n</a>\n");
}

static void a_failed_step_is_told_at_the_end(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    SpXml xml;
    sp_xml_begin(&xml);
    sp_xml_close(&xml); /* nothing is open */
    sp_xml_element(&xml, "b", "x");
    assert_null(sp_xml_finish(&xml, "t.xml", &error));
    assert_error(&error, 4, "cannot write 't.xml'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_and_indents),
        cmocka_unit_test(a_failed_step_is_told_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
