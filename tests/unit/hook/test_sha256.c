/* SPDX-License-Identifier: MIT */
#include "corpus.h"
#include "sha256.h"

/* FIPS 180-4's own examples, and the lengths around the padding's edges (from sha256sum). */
static void known_digests(void **state)
{
    (void)state;
    static const struct {
        size_t n; /* that many 'a'; or text */
        const char *text, *digest;
    } cases[] = {
        {0, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {0, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {55, NULL, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        {56, NULL, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
        {64, NULL, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
        {1000000, NULL, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char hex[65], *as = xalloc(cases[i].n);
        memset(as, 'a', cases[i].n);
        sha256_hex(cases[i].text ? text_of(cases[i].text) : (struct text){as, cases[i].n}, hex);
        assert_string_equal(hex, cases[i].digest);
        free(as);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_digests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
