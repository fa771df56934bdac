/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digester.h"
#include "helper.h"
#include "sha256.h"

/* More than there are pieces, of several sizes, and one that did not get filled. */
static void the_digest_is_of_all_that_was_added_in_order(void **state)
{
    (void)state;
    g_autoptr(GByteArray) all = g_byte_array_new();
    SpDigester *digester = sp_digester_new();
    for (guint i = 0; i < 20; i++) {
        SpPiece *piece = sp_digester_take(digester);
        if (i == 7) {
            sp_digester_give_back(digester, piece);
            continue;
        }
        piece->size = i % 3 == 0 ? sizeof(piece->data) : i;
        memset(piece->data, (int)i, piece->size);
        g_byte_array_append(all, piece->data, (guint)piece->size);
        sp_digester_add(digester, piece);
    }
    g_autofree char *said = sp_digester_end(digester);
    g_autofree char *meant = sp_sha256_data(all->data, all->len);
    assert_string_equal(said, meant);
}

static void nothing_has_a_digest_too(void **state)
{
    (void)state;
    g_autofree char *said = sp_digester_end(sp_digester_new());
    assert_string_equal(said, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_is_of_all_that_was_added_in_order),
        cmocka_unit_test(nothing_has_a_digest_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
