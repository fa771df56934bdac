/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules.h"
#include "helper_pack.h"

static void free_one(gpointer field)
{
    sp_field_free(field);
}

/* The smallest good description; each row may be changed by `with`. */
static GPtrArray *fields(void)
{
    static const char *const rows[][3] = {
        {"pack", "originator", "acme"},      {"pack", "vendor", "ACME"},
        {"pack", "label", "acme-mp"},        {"pack", "version", "1.2"},
        {"pack", "description", "Settings"}, {"multipath", "stanza", "m.conf"},
    };
    GPtrArray *list = g_ptr_array_new_with_free_func(free_one);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_ptr_array_add(list, sp_field_new(rows[i][0], rows[i][1], rows[i][2], (int)i + 1));
    return list;
}

static GPtrArray *with(const char *section, const char *key, const char *value)
{
    GPtrArray *list = fields();
    for (guint i = 0; i < list->len; i++) {
        SpField *field = list->pdata[i];
        if (strcmp(field->section, section) != 0 || strcmp(field->key, key) != 0)
            continue;
        g_free(field->value);
        field->value = g_strdup(value);
        field->line = 99;
        return list;
    }
    g_ptr_array_add(list, sp_field_new(section, key, value, 99));
    return list;
}

static void the_smallest_description_and_its_defaults(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) list = fields();
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpPack) pack = sp_rules_apply(list, "p.ini", findings);
    assert_non_null(pack);
    assert_string_equal(pack->label, "acme-mp");
    assert_string_equal(pack->guidance, "");
    assert_string_equal(pack->base_requires, "");
    assert_string_equal(pack->on_conflict, "keep");
    assert_string_equal(pack->stanza_path[SP_STANZA], "m.conf");
    assert_string_equal(pack->stanza_path[SP_STANZA_EL7], "");
    assert_false(pack->homogeneous);
    assert_false(pack->classic);
    assert_int_equal(strlen(pack->uuid), 36);
    assert_int_equal(findings->all->len, 0);
}

static void everything_given(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) list = with("pack", "homogeneous", "yes");
    g_ptr_array_add(list, sp_field_new("pack", "guidance", "restartHost, restartXAPI", 20));
    g_ptr_array_add(list, sp_field_new("targets", "base-requires", "a  >=  1", 21));
    g_ptr_array_add(list, sp_field_new("pack", "uuid", "0a4f1234-5678-9abc-def0-0123456789ab", 22));
    g_ptr_array_add(list, sp_field_new("targets", "classic", "no", 23));
    g_ptr_array_add(list, sp_field_new("pack", "eula", "", 24));
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpPack) pack = sp_rules_apply(list, "p.ini", findings);
    assert_non_null(pack);
    assert_true(pack->homogeneous);
    assert_string_equal(pack->guidance, "restartHost,restartXAPI");
    assert_string_equal(pack->base_requires, "a >= 1");
    assert_string_equal(pack->uuid, "0a4f1234-5678-9abc-def0-0123456789ab");
    assert_string_equal(pack->eula_path, "");
}

static void each_rule_names_its_line(void **state)
{
    (void)state;
    const struct {
        const char *section, *key, *value, *rule;
    } cases[] = {
        {"pack", "originator", "xs", "originator-grammar"},
        {"pack", "vendor", "\"A\"", "vendor-grammar"},
        {"pack", "label", "main", "label-grammar"},
        {"pack", "version", "1.0-2", "version-grammar"},
        {"pack", "description", "$(id)", "description-grammar"},
        {"pack", "uuid", "1", "uuid-grammar"},
        {"pack", "guidance", "reboot", "guidance-grammar"},
        {"pack", "homogeneous", "maybe", "yes-or-no"},
        {"pack", "eula", "../EULA", "path-grammar"},
        {"pack", "label", "acme-1-2", "label-version"},
        {"pack", "label", "acme_1_2", "label-version"},
        {"pack", "label", "", "missing-key"},
        {"pack", "nonsense", "1", "unknown-key"},
        {"nonsense", "label", "1", "unknown-section"},
        {"storagelink", "vendor", "ACME", "key-alone"},
        {"storagelink", "product", "ARRAY", "key-alone"},
        {"storagelink", "entry", "entry.xml", "key-alone"},
        {"storagelink", "program", "signed.exe", "key-alone"},
        {"targets", "classic", "1", "yes-or-no"},
        {"targets", "modern", "no", "no-target"},
        {"targets", "base-requires", "x", "requires-grammar"},
        {"multipath", "stanza", "/etc/multipath.conf", "path-grammar"},
        {"multipath", "stanza-el7", "..", "path-grammar"},
        {"multipath", "stanza-7.1..7.2", "..", "path-grammar"},
        {"multipath", "stanza-7.2..7.1", "m.conf", "range-grammar"},
        {"multipath", "settings", "some", "settings"},
        {"mulitpath", "", "", "unknown-section"},
        {"multipath", "on-conflict", "ask", "on-conflict"},
        {"multipath", "stanza", "", "missing-key"},
        {"packages", "files", "../x.rpm", "files-grammar"},
        {"packages", "files", "a.rpm /b.rpm", "files-grammar"},
        {"packages", "drivers", "1", "yes-or-no"},
        {"packages", "drivers", "yes", "key-alone"},
        {"packages", "base-provides", "base", "key-alone"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) list = with(cases[i].section, cases[i].key, cases[i].value);
        g_autoptr(SpFindings) findings = sp_findings_new();
        assert_null(sp_rules_apply(list, "p.ini", findings));
        assert_only(findings, cases[i].rule, 99);
    }
}

static void the_classic_half_beside_the_modern_one_only(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) list = with("targets", "classic", "yes");
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpPack) pack = sp_rules_apply(list, "p.ini", findings);
    assert_true(pack->classic);
    g_ptr_array_add(list, sp_field_new("targets", "modern", "no", 100));
    assert_null(sp_rules_apply(list, "p.ini", findings));
    assert_only(findings, "no-target", 100);
    assert_non_null(strstr(find_rule(findings, "no-target")->text, "classic half alone"));
}

static void carried_rpms_may_be_all_there_is(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) list = with("multipath", "stanza", "");
    g_ptr_array_add(list, sp_field_new("packages", "files", "a.rpm  rpms/*.rpm", 20));
    g_ptr_array_add(list, sp_field_new("packages", "drivers", "yes", 21));
    g_ptr_array_add(list, sp_field_new("targets", "classic", "yes", 22));
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpPack) pack = sp_rules_apply(list, "p.ini", findings);
    assert_non_null(pack);
    assert_true(pack->bare);
    assert_true(pack->drivers);
    assert_false(pack->classic);
    assert_int_equal(find_rule(findings, "classic-carried")->severity, SP_INFO);
    g_ptr_array_add(list, sp_field_new("pack", "eula", "EULA", 23));
    assert_null(sp_rules_apply(list, "p.ini", findings));
    assert_int_equal(find_rule(findings, "key-alone")->line, 23);
}

static void a_label_may_hold_other_digits(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) list = with("pack", "label", "acme-21-20");
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpPack) pack = sp_rules_apply(list, "p.ini", findings);
    assert_non_null(pack);
}

static void all_findings_come_at_once(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_autoptr(SpFindings) findings = sp_findings_new();
    assert_null(sp_rules_apply(list, "p.ini", findings));
    assert_int_equal(findings->bad, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_description_and_its_defaults),
        cmocka_unit_test(everything_given),
        cmocka_unit_test(each_rule_names_its_line),
        cmocka_unit_test(the_classic_half_beside_the_modern_one_only),
        cmocka_unit_test(carried_rpms_may_be_all_there_is),
        cmocka_unit_test(a_label_may_hold_other_digits),
        cmocka_unit_test(all_findings_come_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
