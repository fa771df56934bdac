/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout.h"
#include "helper.h"

#define SECTOR  2048
#define SECTORS 24

typedef struct {
    guint8 meant[SECTORS * SECTOR], found[(SECTORS + 2) * SECTOR];
} Bench;

static void put_marks(guint8 *image, const char *mark)
{
    memset(image + 16 * SECTOR + 574, ' ', 128);
    memcpy(image + 16 * SECTOR + 574, mark, strlen(mark));
    for (gsize i = 0; i < 64; i++) {
        image[17 * SECTOR + 574 + 2 * i] = 0;
        image[17 * SECTOR + 575 + 2 * i] = i < strlen(mark) ? (guint8)mark[i] : ' ';
    }
}

/* Two sectors of files behind the records; a path table in sector 20, the root folder in 22. */
static void set_up(Bench *bench)
{
    memset(bench, 0, sizeof(*bench));
    put_marks(bench->meant, "SUPPACK 1");
    bench->meant[16 * SECTOR + 132] = 10;
    bench->meant[16 * SECTOR + 140] = 20;
    bench->meant[16 * SECTOR + 158] = 22;
    bench->meant[16 * SECTOR + 166 + 1] = SECTOR >> 8;
    memcpy(bench->found, bench->meant, sizeof(bench->meant));
    memset(bench->found + sizeof(bench->meant), 0x77, 2 * SECTOR);
}

static SpFindings *judge(const Bench *bench, gsize size)
{
    g_autoptr(SpLayout) layout = sp_layout_new();
    g_autoptr(SpVolume) volume = sp_volume_new();
    SpVolumeNode *node = sp_volume_add(volume->joliet, "a\nfolder");
    node->is_dir = TRUE;
    node->extent = 23;
    node->size = SECTOR;
    layout->records = g_bytes_new_static(bench->meant, sizeof(bench->meant));
    layout->size = sizeof(bench->found);
    g_autoptr(GBytes) image = g_bytes_new_static(bench->found, size);
    SpFindings *findings = sp_findings_new();
    sp_layout_judge(layout, image, volume, findings);
    return findings;
}

static void assert_told(const Bench *bench, gsize size, const char *rule, const char *part)
{
    g_autoptr(SpFindings) findings = judge(bench, size);
    assert_int_equal(findings->all->len, rule != NULL ? 1 : 0);
    if (rule == NULL)
        return;
    const SpFinding *finding = findings->all->pdata[0];
    g_autofree char *text = sp_finding_text(finding);
    assert_string_equal(finding->rule, rule);
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, text);
}

static void every_byte_of_the_records_counts(void **state)
{
    (void)state;
    static const struct {
        gsize sector;
        const char *part;
    } places[] = {{0, "the system area"},
                  {16, "the primary volume descriptor"},
                  {17, "Joliet's descriptor"},
                  {18, "the last of the descriptors"},
                  {19, "the records of the volume"},
                  {20, "a path table, where 1 byte differs"},
                  {22, "the records of the root folder"},
                  {23, "the records of folder 'a\\x0afolder' (Joliet)"}};
    Bench bench;
    set_up(&bench);
    assert_told(&bench, sizeof(bench.found), NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        for (gsize at = 0; at < SECTOR; at++) {
            guint8 *byte = bench.found + places[i].sector * SECTOR + at;
            *byte ^= 0x20;
            assert_told(&bench, sizeof(bench.found), "image-layout", places[i].part);
            *byte ^= 0x20;
        }
}

static void the_files_bytes_are_not_its_business_their_number_is(void **state)
{
    (void)state;
    Bench bench;
    set_up(&bench);
    bench.found[SECTORS * SECTOR] = 1;
    assert_told(&bench, sizeof(bench.found), NULL, NULL);
    assert_told(&bench, sizeof(bench.found) - 1, "image-layout", "bytes");
    assert_told(&bench, sizeof(bench.meant) - SECTOR, "image-layout", "bytes");
}

static void of_many_differences_the_first_are_told(void **state)
{
    (void)state;
    Bench bench;
    set_up(&bench);
    for (gsize i = 0; i < 12; i++)
        bench.found[i * SECTOR + i] = 1;
    g_autoptr(SpFindings) findings = judge(&bench, sizeof(bench.found));
    assert_int_equal(findings->bad, 9);
    const SpFinding *last = findings->all->pdata[8];
    assert_non_null(strstr(last->text, "4 more"));
}

static void another_version_need_not_do_it_the_same_way(void **state)
{
    (void)state;
    Bench bench;
    set_up(&bench);
    put_marks(bench.found, "SUPPACK 2");
    assert_told(&bench, sizeof(bench.found), NULL, NULL);
    bench.found[5] = 1;
    assert_told(&bench, sizeof(bench.found), "image-maker", "another version");
    bench.found[5] = 0;
    assert_told(&bench, sizeof(bench.found) - 1, "image-maker", "another version");
}

static void one_descriptor_is_enough_to_say_who(void **state)
{
    (void)state;
    Bench bench;
    for (gsize sector = 16; sector <= 17; sector++) {
        set_up(&bench);
        g_autoptr(GBytes) whole = g_bytes_new_static(bench.found, sizeof(bench.found));
        g_autoptr(GBytes) cut = g_bytes_new_static(bench.found, 17 * SECTOR - 1);
        assert_true(sp_layout_is_claimed(whole));
        assert_false(sp_layout_is_claimed(cut));
        memset(bench.found + sector * SECTOR + 574, 'X', 128);
        assert_true(sp_layout_is_claimed(whole));
        assert_told(&bench, sizeof(bench.found), "image-layout", "where 128 bytes differ");
        memset(bench.found + (33 - sector) * SECTOR + 574, 'X', 128);
        assert_false(sp_layout_is_claimed(whole));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_of_the_records_counts),
        cmocka_unit_test(the_files_bytes_are_not_its_business_their_number_is),
        cmocka_unit_test(of_many_differences_the_first_are_told),
        cmocka_unit_test(another_version_need_not_do_it_the_same_way),
        cmocka_unit_test(one_descriptor_is_enough_to_say_who),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
