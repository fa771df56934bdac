/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update.h"
#include "helper_pack.h"

static void says_what_the_pack_says(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(SpUpdate) update = sp_update_from_pack(pack, 42, "K");
    assert_string_equal(update->label, "acme-mp");
    assert_string_equal(update->control, "control-acme-mp");
    assert_string_equal(update->key, "K");
    assert_int_equal(update->installation_size, 42);
}

static void sameness_ignores_the_key_only(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(SpUpdate) a = sp_update_from_pack(pack, 42, "K");
    g_autoptr(SpUpdate) b = sp_update_from_pack(pack, 42, NULL);
    assert_true(sp_update_same(a, b));
    char **strings[] = {&b->label,       &b->version,  &b->uuid,
                        &b->description, &b->guidance, &b->control};
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        char *old = *strings[i];
        *strings[i] = (char *)"other";
        assert_false(sp_update_same(a, b));
        *strings[i] = old;
    }
    b->installation_size++;
    assert_false(sp_update_same(a, b));
    b->installation_size--;
    b->homogeneous = TRUE;
    assert_false(sp_update_same(a, b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_the_pack_says),
        cmocka_unit_test(sameness_ignores_the_key_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
