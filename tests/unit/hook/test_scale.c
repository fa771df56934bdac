/* SPDX-License-Identifier: MIT */
/* Files of ten megabytes of one kind each: edited right, and in the time a test has. */
#include "conf.h"

#include <stdlib.h>

#define LARGE (10u << 20)

static const char stanza[] = "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n}\n";

static struct buf many(const char *head, const char *piece, const char *tail)
{
    struct buf b = {0};
    buf_size(&b, LARGE + 4096);
    buf_str(&b, head);
    while (b.n < LARGE)
        buf_str(&b, piece);
    buf_str(&b, tail);
    return b;
}

/* What is to become of it in the oldest era, and in the newest. */
struct expected {
    bool edited;
    size_t devices; /* in the file as it is */
};

/* Ours is in it once, there is one device more, and without ours it is the file again. */
static void edited_or_not(struct buf *file, struct expected oldest, struct expected newest)
{
    struct mp_pack pack = pack_of("p", "1", stanza);
    for (int i = 0; i < 2; i++) {
        enum mp_era era = i ? MP_MODERN : MP_047;
        struct expected want = i ? newest : oldest;
        struct buf once = {0};
        struct mp_refusal why = {0, NULL};
        bool ok = install(text_buf(file), era, &pack, &once, &why);
        if (ok != want.edited)
            fail_msg("era %d: %s", era, ok ? "not refused" : why.reason);
        assert_int_equal(devices(text_buf(file), era), want.devices);
        if (ok) {
            const char *first = strstr(buf_cstr(&once), "# BEGIN p ");
            assert_non_null(first);
            assert_null(strstr(first + 1, "# BEGIN p "));
            assert_int_equal(devices(text_buf(&once), era), want.devices + 1);
            struct buf back = strip(text_buf(&once), "p");
            assert_true(text_eq(text_buf(&back), text_buf(file)));
            buf_free(&back);
        }
        buf_free(&once);
    }
    buf_free(file);
}

static void comments(void **state)
{
    (void)state;
    struct buf file = many("defaults {\n}\n", "# BEGIN nothing of ours\n", "");
    edited_or_not(&file, (struct expected){true, 0}, (struct expected){true, 0});
}

static void comments_of_another_pack(void **state)
{
    (void)state;
    struct buf file = many("devices {\n}\n", "#q# # BEGIN q 1\n", "");
    edited_or_not(&file, (struct expected){true, 0}, (struct expected){true, 0});
}

static void all_devices(void **state)
{
    (void)state;
    static const char device[] = "\tdevice {\n\t\tvendor \"NORTHWIND\"\n\t\tproduct \"SAN*\"\n"
                                 "\t\tpath_grouping_policy group_by_prio\n\t}\n";
    struct buf file = many("devices {\n", device, "}\nblacklist {\n}\n");
    size_t n = (file.n - strlen("devices {\n}\nblacklist {\n}\n")) / (sizeof device - 1);
    edited_or_not(&file, (struct expected){true, n}, (struct expected){true, n});
}

/* A line over 1024 bytes comes in pieces to every parser. */
static void one_line_without_end(void **state)
{
    (void)state;
    struct buf file = many("devices {\n}\n#", " long", "");
    edited_or_not(&file, (struct expected){true, 0}, (struct expected){true, 0});
    /* Up to el7 such a line is thrown away: what is added behind would bring it to life. */
    file = many("defaults {\n}\n", "x", "");
    edited_or_not(&file, (struct expected){false, 0}, (struct expected){true, 0});
}

static void carriage_returns_alone(void **state)
{
    (void)state;
    static const char device[] = "device {\rvendor A\rproduct B\r}\r";
    struct buf file = many("devices {\r", device, "}\r");
    size_t n = (file.n - strlen("devices {\r}\r")) / (sizeof device - 1);
    /* For the modern parser it is one line, of which it sees the first word of every 1023 bytes. */
    edited_or_not(&file, (struct expected){true, n}, (struct expected){false, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comments),
        cmocka_unit_test(comments_of_another_pack),
        cmocka_unit_test(all_devices),
        cmocka_unit_test(one_line_without_end),
        cmocka_unit_test(carriage_returns_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
