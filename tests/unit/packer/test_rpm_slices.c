/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_slices.h"
#include "helper.h"

/* Lead, a signature header of one tag and five bytes, fill, a header of no tag, a payload. */
static guint8 *sample(gsize *size)
{
    static const guint8 intro[] = {0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    *size = 96 + 16 + 16 + 5 + 3 + 16 + 7;
    guint8 *data = g_malloc0(*size);
    memcpy(data, "\xed\xab\xee\xdb", 4);
    memcpy(data + 96, intro, sizeof(intro));
    data[96 + 11] = 1;
    data[96 + 15] = 5;
    memcpy(data + 136, intro, sizeof(intro));
    return data;
}

static gboolean slice(const guint8 *data, gsize size, SpRpmSlices *at, GError **error)
{
    /* In a block of its own size, so that reading past it is seen. */
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    return sp_rpm_slices("x.rpm", bytes, at, error);
}

static void finds_the_parts(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    g_autofree guint8 *data = sample(&size);
    SpRpmSlices at;
    assert_true(slice(data, size, &at, &error));
    assert_int_equal(at.signature, 96);
    assert_int_equal(at.signature_end, 133);
    assert_int_equal(at.header, 136);
    assert_int_equal(at.payload, 152);
    assert_int_equal(at.end, 159);
}

static void refuses_what_is_cut_or_no_rpm(void **state)
{
    (void)state;
    gsize size = 0;
    g_autofree guint8 *data = sample(&size);
    SpRpmSlices at;
    for (gsize cut = 0; cut < 152; cut++) {
        g_autoptr(GError) error = NULL;
        assert_false(slice(data, cut, &at, &error));
        assert_int_equal(error->code, SP_ERROR_INPUT);
    }
    const gsize places[] = {0, 96, 104, 108, 112 - 4, 136, 144, 148};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(GError) error = NULL;
        data[places[i]] ^= 0xff;
        assert_false(slice(data, size, &at, &error));
        data[places[i]] ^= 0xff;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_parts),
        cmocka_unit_test(refuses_what_is_cut_or_no_rpm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
