/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "armor_in.h"
#include "helper.h"

#define BEGIN "-----BEGIN PGP SIGNATURE-----\n"
#define END   "-----END PGP SIGNATURE-----\n"

static const char *check(const char *text)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    g_autoptr(GBytes) packets = NULL;
    return sp_armor_open(bytes, "PGP SIGNATURE", &packets);
}

/* The checksum of "123456789" is 21CF02 by the CRC catalogue (CRC-24/OPENPGP): "Ic8C". */
static void one_way_to_write_it(void **state)
{
    (void)state;
    assert_null(check(BEGIN "\nMTIzNDU2Nzg5\n=Ic8C\n" END));
    assert_null(check(BEGIN "Version: x\n\nMTIz\nNDU2Nzg5\n=Ic8C\n" END));
    assert_null(check("-----BEGIN PGP SIGNATURE-----\r\n\r\nMTIzNDU2Nzg5\r\n=Ic8C\r\n"
                      "-----END PGP SIGNATURE-----\r\n"));
}

static void everything_else_is_told(void **state)
{
    (void)state;
    const struct {
        const char *text, *says;
    } cases[] = {
        {"", "it does not start with its BEGIN line"},
        {"x\n" BEGIN "\nMTIzNDU2Nzg5\n=Ic8C\n" END, "it does not start with"},
        {BEGIN "MTIzNDU2Nzg5\n=Ic8C\n" END, "there is no empty line"},
        {BEGIN "\nMTIzNDU2Nzg5\n=Ic8D\n" END, "its checksum is wrong"},
        {BEGIN "\nMTIzNDU2Nzg4\n=Ic8C\n" END, "its checksum is wrong"},
        {BEGIN "\nMTIzNDU2Nzg5\n" END, "its base64 text is garbled"},
        {BEGIN "\nMTIzNDU2 Nzg5\n=Ic8C\n" END, "its base64 text is garbled"},
        {BEGIN "\n\nMTIzNDU2Nzg5\n=Ic8C\n" END, "its base64 text is garbled"},
        {BEGIN "\n=Ic8C\n" END, "its base64 text is garbled"},
        {BEGIN "\nMTIzNDU2Nzg5\n=Ic8C\n", "it does not end with its END line"},
        {BEGIN "\nMTIzNDU2Nzg5\n=Ic8C\n" END "\n", "its END line is not the last"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *said = check(cases[i].text);
        if (said == NULL || !g_str_has_prefix(said, cases[i].says))
            fail_msg("'%s': %s", cases[i].text, said);
    }
    g_autofree char *long_one = g_strnfill(2 * 1024 * 1024, 'A');
    assert_string_equal(check(long_one), "it has more than 256 KiB");
    g_autoptr(GBytes) nul = g_bytes_new_static(BEGIN "\0", sizeof(BEGIN));
    assert_string_equal(sp_armor_check(nul, SP_ARMOR_SIGNATURE), "there is a NUL byte in it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_way_to_write_it),
        cmocka_unit_test(everything_else_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
