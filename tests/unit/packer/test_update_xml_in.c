/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_xml_in.h"
#include "helper.h"

static SpUpdate *read_text(const char *text, GError **error)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    return sp_update_read("update.xml", bytes, error);
}

#define HEAD "<update name-label='l' version='1' uuid='u' "

static void everything(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpUpdate) update = read_text(
        "<?xml version='1.0'?>" HEAD "installation-size='42' after-apply-guidance='restartHost'"
        " key='/x/KEY' control='c' enforce-homogeneity='TRUE'>\n <future/>"
        "<name-description>d &amp; e</name-description></update>",
        &error);
    assert_non_null(update);
    assert_string_equal(update->label, "l");
    assert_string_equal(update->version, "1");
    assert_string_equal(update->uuid, "u");
    assert_string_equal(update->guidance, "restartHost");
    assert_string_equal(update->key, "KEY");
    assert_string_equal(update->control, "c");
    assert_string_equal(update->description, "d & e");
    assert_int_equal(update->installation_size, 42);
    assert_true(update->homogeneous);
}

static void only_what_must_be_there(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpUpdate) update = read_text(
        HEAD "installation-size='x'><name-description>d</name-description></update>", &error);
    assert_non_null(update);
    assert_int_equal(update->installation_size, 0);
    assert_string_equal(update->key, "");
    assert_false(update->homogeneous);
}

static void what_xapi_would_refuse(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"", "it is empty"},
        {"<update", "cannot read 'update.xml': line 1"},
        {"<other/>", "not an update document"},
        {"<update version='1' uuid='u'><name-description>d</name-description></update>",
         "no attribute 'name-label'"},
        {"<update name-label='l' uuid='u'><name-description>d</name-description></update>",
         "no attribute 'version'"},
        {"<update name-label='l' version='1'><name-description>d</name-description></update>",
         "no attribute 'uuid'"},
        {HEAD "/>", "no name-description"},
        {HEAD "><name-description/></update>", "no name-description"},
        {HEAD "><name-description>d<b/></name-description></update>", "no name-description"},
        {"<!DOCTYPE update [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" HEAD
         "><name-description>&x;</name-description></update>",
         "it defines entities"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(read_text(cases[i][0], &error));
        assert_error(&error, 3, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(only_what_must_be_there),
        cmocka_unit_test(what_xapi_would_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
