/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_spec.h"
#include "helper.h"

#define HEAD "Name: a\nVersion:  1\nRelease: 2\nSummary: s  \nLicense: MIT\n"

static SpRpmSpec *parse(const char *text, GError **error)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    return sp_rpm_spec_parse("a.spec", bytes, error);
}

static void what_a_spec_says(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpRpmSpec) spec =
        parse("# of a pack\n\n" HEAD "Vendor: V\nGroup: G\nBuildArch: noarch\nAutoReqProv: no\n"
              "%global _binary_filedigest_algorithm 1\nRequires: b >= 2\nRequires: c, d = 1\n"
              "%description\none\n\n# two\n\n%post\nexec a  b\n%preun\nif :; then\n    :\nfi\n\n"
              "%triggerin -- m, n\nexec c\n",
              &error);
    if (spec == NULL)
        fail_msg("%s", error->message);
    const char *const expected[SP_SPEC_WORDS] = {[SP_SPEC_NAME] = "a",
                                                 [SP_SPEC_VERSION] = "1",
                                                 [SP_SPEC_RELEASE] = "2",
                                                 [SP_SPEC_SUMMARY] = "s",
                                                 [SP_SPEC_LICENSE] = "MIT",
                                                 [SP_SPEC_VENDOR] = "V",
                                                 [SP_SPEC_GROUP] = "G",
                                                 [SP_SPEC_ARCH] = "noarch",
                                                 [SP_SPEC_DIGEST] = "1",
                                                 [SP_SPEC_REQUIRES] = "b >= 2, c, d = 1",
                                                 [SP_SPEC_DESCRIPTION] = "one\n\n# two",
                                                 [SP_SPEC_POST] = "exec a  b",
                                                 [SP_SPEC_PREUN] = "if :; then\n    :\nfi",
                                                 [SP_SPEC_TRIGGERIN] = "exec c",
                                                 [SP_SPEC_TRIGGERS] = "m, n"};
    for (SpSpecWord word = 0; word < SP_SPEC_WORDS; word++) {
        if (expected[word] != NULL && spec->text[word] != NULL)
            assert_string_equal(spec->text[word], expected[word]);
        else
            assert_ptr_equal(spec->text[word], expected[word]);
    }
}

static void what_it_need_not_say(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpRpmSpec) spec = parse(HEAD "%description\nd\n", &error);
    assert_non_null(spec);
    assert_string_equal(spec->text[SP_SPEC_ARCH], "x86_64");
    assert_string_equal(spec->text[SP_SPEC_DIGEST], "8");
    assert_null(spec->text[SP_SPEC_REQUIRES]);
    assert_null(spec->text[SP_SPEC_TRIGGERS]);
}

/* Whatever rpmbuild would do with it and suppack does not, is refused and not left out. */
static void what_is_not_understood_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"Nonsense\n", "spec 'a.spec' line 1: 'Nonsense' is not understood"},
        {HEAD "Epoch: 1\n", "line 6: 'Epoch: 1' is not"},
        {HEAD "Name: b\n", "line 6: 'Name: b' is not"},
        {HEAD "%global debug_package %{nil}\n", "line 6: '%global debug_package %{nil}' is not"},
        {HEAD "%description\nd\n%files\n/a\n", "line 8: '%files' is not"},
        {HEAD "%description\nd\n%post -p /bin/lua\n", "line 8: '%post -p /bin/lua' is not"},
        {HEAD "%description\nd\n%post\na\n%post\nb\n", "line 10: '%post' is not"},
        {HEAD "%description\nd\n%triggerin -- \na\n", "line 8: '%triggerin -- ' is not"},
        {HEAD "%description\n\n", "spec 'a.spec' has no %description"},
        {"Name: a\n", "spec 'a.spec' has no Version:"},
        {"", "spec 'a.spec' has no Name:"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(parse(cases[i].text, &error));
        assert_error(&error, 4, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_spec_says),
        cmocka_unit_test(what_it_need_not_say),
        cmocka_unit_test(what_is_not_understood_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
