/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_facts.h"
#include "helper.h"

static char *flatten(const char *text, GHashTable *derived)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = bytes_of(text);
    g_autoptr(GPtrArray) facts = sp_facts_new();
    gint64 room = 100000;
    assert_true(sp_xml_facts("s", bytes, derived, facts, &room, &error));
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < facts->len; i++) {
        const SpFact *fact = facts->pdata[i];
        g_string_append_printf(out, "%s%s=%s;", fact->kind == SP_FACT_DERIVED ? "*" : "",
                               fact->name, fact->value);
    }
    return g_string_free(out, FALSE);
}

static void paths_and_identities(void **state)
{
    (void)state;
    g_autofree char *plain = flatten("<a x='1'><b>t</b>\n<b/><c y='2'>u</c></a>", NULL);
    assert_string_equal(plain, "a@x=1;a/b=t;a/c@y=2;a/c=u;");
    g_autofree char *primary = flatten("<m><package type='rpm'><name>n</name><arch>noarch</arch>"
                                       "</package><data type='primary'><size>5</size></data></m>",
                                       NULL);
    assert_string_equal(primary, "m/package[n.noarch]@type=rpm;m/package[n.noarch]/name=n;"
                                 "m/package[n.noarch]/arch=noarch;m/data[primary]@type=primary;"
                                 "m/data[primary]/size=5;");
}

static void derived_values_in_their_places_only(void **state)
{
    (void)state;
    g_autoptr(GHashTable) derived = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_add(derived, (gpointer) "5");
    g_autofree char *text = flatten("<a><size>5</size><size>6</size><name>5</name></a>", derived);
    assert_string_equal(text, "*a/size=5;a/size=6;a/name=5;");
}

static void not_well_formed(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = bytes_of("<a");
    g_autoptr(GPtrArray) facts = sp_facts_new();
    gint64 room = 100000;
    assert_false(sp_xml_facts("s", bytes, NULL, facts, &room, &error));
    assert_error(&error, 3, "cannot read 's'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_identities),
        cmocka_unit_test(derived_values_in_their_places_only),
        cmocka_unit_test(not_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
