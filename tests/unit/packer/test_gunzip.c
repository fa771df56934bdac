/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gunzip.h"
#include "helper_gzip.h"

/* One gzip member of that; what it claims to unpack to is `more` bytes off. */
static GBytes *packed(const char *text, int more)
{
    g_autoptr(GBytes) right = gzip(text);
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(right, &size);
    guint8 *out = g_memdup2(data, size);
    guint32 claim = GUINT32_TO_LE((guint32)(strlen(text) + (gsize)more));
    memcpy(out + size - sizeof(claim), &claim, sizeof(claim));
    return g_bytes_new_take(out, size);
}

static void what_was_packed(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "x", "a line\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) data = packed(texts[i], 0);
        g_autoptr(GBytes) open = sp_gunzip("x.gz", data, 0, &error);
        assert_non_null(open);
        g_autoptr(GBytes) meant = g_bytes_new_static(texts[i], strlen(texts[i]));
        assert_true(g_bytes_equal(open, meant));
    }
}

static void refused(GBytes *data)
{
    g_autoptr(GError) error = NULL;
    assert_null(sp_gunzip("x.gz", data, 0, &error));
    assert_error(&error, 3, "cannot unpack 'x.gz': not whole gzip data of at most 8 MiB");
    g_bytes_unref(data);
}

static void claims_that_are_not_true(void **state)
{
    (void)state;
    static const int more[] = {-7, -1, 1, 1 << 20, 17 << 20, G_MAXINT};
    for (gsize i = 0; i < G_N_ELEMENTS(more); i++)
        refused(packed("a line\n", more[i]));
}

static void what_is_not_one_whole_member(void **state)
{
    (void)state;
    g_autoptr(GBytes) whole = packed("a line\n", 0);
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(whole, &size);
    for (gsize cut = 0; cut < size; cut++)
        refused(g_bytes_new(data, cut));
    g_autoptr(GByteArray) twice = g_byte_array_new();
    g_byte_array_append(twice, data, (guint)size);
    g_byte_array_append(twice, data, (guint)size);
    refused(g_bytes_new(twice->data, twice->len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed),
        cmocka_unit_test(claims_that_are_not_true),
        cmocka_unit_test(what_is_not_one_whole_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
