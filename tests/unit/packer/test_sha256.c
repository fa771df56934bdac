/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sha256.h"
#include "helper.h"

#define ABC                                                                                        \
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* FIPS 180-2 B.1           \
                                                                        */

static void of_bytes(void **state)
{
    (void)state;
    g_autoptr(GBytes) abc = bytes_of("abc"), none = g_bytes_new(NULL, 0);
    g_autofree char *hex = sp_sha256(abc), *empty = sp_sha256(none);
    assert_string_equal(hex, ABC);
    assert_string_equal(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void in_pieces(void **state)
{
    (void)state;
    g_autoptr(SpSha256) digest = sp_sha256_new();
    sp_sha256_add(digest, "a", 1);
    sp_sha256_add(digest, "bc", 2);
    g_autofree char *first = sp_sha256_end(digest);
    sp_sha256_add(digest, "abc", 3);
    g_autofree char *again = sp_sha256_end(digest);
    assert_string_equal(first, ABC);
    assert_string_equal(again, ABC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_bytes),
        cmocka_unit_test(in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
