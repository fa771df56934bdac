/* SPDX-License-Identifier: MIT */
/* The record is read as it was written; whatever is not all of it is no record. */
#include "record.h"
#include "shapes.h"

static const struct record made = {.open = true,
                                   .label = {"acme-mp", 7},
                                   .pack = {"1.2", 3},
                                   .vendor = {"OSNEXUS", 7},
                                   .product = {"QUANTASTOR1", 11},
                                   .before = {"2.0.0.4", 7},
                                   .after = {"2.0.0.5", 7},
                                   .sha_before = {"ab", 2},
                                   .sha_after = {"cd", 2},
                                   .inserted = {"0d0a3c", 6},
                                   .at = 1234567,
                                   .version_at = 2,
                                   .like = 1,
                                   .adapter = {"C:\\x=1.exe", 10},
                                   .service = {"running", 7}};

static void reads_what_it_wrote(void **state)
{
    (void)state;
    struct buf out = {0}, again = {0};
    struct record found;
    record_write(&made, &out);
    assert_true(record_read(text_buf(&out), &found));
    record_write(&found, &again);
    assert_text(text_buf(&again), text_buf(&out));
    assert_true(found.open && !found.removes && found.at == made.at);
    struct buf bytes = record_inserted(&found), hex = {0};
    assert_text(text_buf(&bytes), text_of("\r\n<"));
    record_hex(text_buf(&bytes), &hex);
    assert_text(text_buf(&hex), made.inserted);
    struct buf *all[] = {&out, &again, &bytes, &hex};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
}

static void refuses_what_is_cut_off_or_changed(void **state)
{
    (void)state;
    struct buf out = {0};
    struct record found;
    record_write(&made, &out);
    for (size_t n = 0; n < out.n; n++)
        assert_false(record_read((struct text){out.p, n}, &found));
    buf_str(&out, "x");
    assert_false(record_read(text_buf(&out), &found));
    out.n--;
    out.p[strlen("record=")] = '2';
    assert_false(record_read(text_buf(&out), &found));
    out.p[strlen("record=")] = '1';
    out.p[out.n - strlen("c\r\nend\r\n")] = 'g'; /* no hex */
    assert_false(record_read(text_buf(&out), &found));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(refuses_what_is_cut_off_or_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
