/* SPDX-License-Identifier: MIT */
/* The laws of the edit, on every file of the corpus and on fixtures of our own, in every era. */
#include "conf.h"
#include "corpus.h"

static const char stanza_el5[] = "device {\n"
                                 "      vendor                  \"OSNEXUS\"\n"
                                 "      product                 \"QUANTASTOR\"\n"
                                 "      path_grouping_policy    multibus\n"
                                 "      rr_min_io               100\n"
                                 "}\n";
static const char stanza_new[] = "device {\n"
                                 "      vendor                  \"OSNEXUS\"\n"
                                 "      product                 \"QUANTASTOR\"\n"
                                 "      path_grouping_policy    multibus\n"
                                 "      rr_min_io               200\n"
                                 "}\n";

/* What stands beside the devices, of three packs. */
static const char *const settings[] = {
    "defaults {\n\tpolling_interval 10\n\t# not used: defaults max_fds 8192\n}\n"
    "blacklist {\n\tdevnode \"^drbd\"\n\tdevice {\n\t\tvendor \"HP\"\n\t}\n}\n",
    "defaults {\n\tpolling_interval 20\n}\n",
    "blacklist {\n\tdevnode \"^cciss\"\n}\n",
};

/* All laws for one file and era, each for packs with settings and without. True when the file was
 * edited, false when it was refused. */
static int laws_of(struct text file, enum mp_era era, bool beside)
{
    struct mp_pack v1 = pack_of("acme-pack", "1.0.0", stanza_el5);
    struct mp_pack v2 = pack_of("acme-pack", "1.0.1", stanza_new);
    struct mp_pack other = pack_of("other", "3", "device {\n vendor O\n product P\n}\n");
    struct buf once = {0}, twice = {0}, up = {0}, two = {0}, again = {0};
    struct mp_refusal why = {0, NULL};
    struct mp_pack *packs[] = {&v1, &v2, &other};
    for (size_t i = 0; beside && i < sizeof packs / sizeof *packs; i++)
        packs[i]->settings = text_of(settings[i]);

    if (!install(file, era, &v1, &once, &why)) {
        assert_non_null(why.reason);
        buf_free(&once);
        return 0;
    }
    assert_true(install(text_buf(&once), era, &v1, &twice, &why));
    assert_same(text_buf(&twice), text_buf(&once));

    struct buf back = strip(text_buf(&once), "acme-pack");
    assert_same(text_buf(&back), file);
    assert_int_equal(devices(text_buf(&once), era), devices(file, era) + 1);

    /* An upgrade leaves one block, the new one, and the way back. */
    assert_int_equal(count(text_buf(&once), "# BEGIN-SETTINGS acme-pack "), beside);
    assert_true(install(text_buf(&once), era, &v2, &up, &why));
    assert_int_equal(count(text_buf(&up), "# BEGIN-SETTINGS acme-pack "), beside);
    assert_int_equal(count(text_buf(&up), "\tdevnode \"^drbd\""),
                     count(file, "\tdevnode \"^drbd\""));
    assert_int_equal(count(text_buf(&up), "# BEGIN acme-pack "), 1);
    assert_int_equal(count(text_buf(&up), "rr_min_io               200"),
                     1 + count(file, "rr_min_io               200"));
    struct buf up_back = strip(text_buf(&up), "acme-pack");
    assert_same(text_buf(&up_back), file);

    /* Two packs: either goes alone, whatever the order, and a second run of the first changes
     * nothing. */
    assert_true(install(text_buf(&once), era, &other, &two, &why));
    assert_true(install(text_buf(&two), era, &v1, &again, &why));
    assert_same(text_buf(&again), text_buf(&two));
    struct buf first_gone = strip(text_buf(&two), "acme-pack");
    struct buf both_gone = strip(text_buf(&first_gone), "other");
    struct buf second_gone = strip(text_buf(&two), "other");
    assert_same(text_buf(&second_gone), text_buf(&once));
    assert_int_equal(devices(text_buf(&two), era), devices(file, era) + 2);
    assert_same(text_buf(&both_gone), file);

    struct buf *all[] = {&once, &twice,   &up,         &two,       &again,
                         &back, &up_back, &first_gone, &both_gone, &second_gone};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
    return 1;
}

static int laws(struct text file, enum mp_era era)
{
    int edited = laws_of(file, era, false);
    assert_int_equal(laws_of(file, era, true), edited);
    return edited;
}

static void corpus_file_keeps_the_laws(void **state)
{
    struct buf file = load(*state);
    for (int era = 0; era < ERAS; era++)
        laws(text_buf(&file), (enum mp_era)era);
    buf_free(&file);
}

/* ---- fixtures of our own ------------------------------------------------------------------- */

static const char plain[] = "# dom0\n"
                            "defaults {\n\tuser_friendly_names no\n}\n"
                            "devices {\n"
                            "\tdevice {\n\t\tvendor \"A\"\n\t\tproduct \"B\"\n\t}\n"
                            "}\n"
                            "blacklist {\n\tdevnode \"^nvme.*\"\n}\n";

static void goes_behind_the_last_device(void **state)
{
    (void)state;
    struct buf out = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install(text_of(plain), MP_049, &pack, &out, &why));
    const char *text = buf_cstr(&out);
    const char *ours = strstr(text, "# BEGIN p 1");
    assert_non_null(ours);
    assert_true(ours > strstr(text, "product \"B\"\n\t}\n"));
    assert_true(ours < strstr(text, "blacklist"));
    assert_int_equal(laws(text_of(plain), MP_049), 1);
    buf_free(&out);
}

static void adds_a_section_where_there_is_none(void **state)
{
    (void)state;
    static const char *const files[] = {
        "",  "# only a comment\n",  "defaults {\n}\n", "defaults {\n}", "# no newline", "\n\n",
        " ", "defaults {\r\n}\r\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (int era = 0; era < ERAS; era++)
            assert_int_equal(laws(text_of(files[i]), (enum mp_era)era), 1);
}

static void line_ends_follow_the_file(void **state)
{
    (void)state;
    struct buf out = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install(text_of("devices {\r\n}\r\n"), MP_049, &pack, &out, &why));
    assert_int_equal(count(text_buf(&out), "\n"), count(text_buf(&out), "\r\n"));
    buf_free(&out);
}

/* The vendors of the devices the parser reads, in their order. */
static void vendors_are(struct text file, enum mp_era era, const char *want)
{
    struct mp_config c;
    struct buf got = {0};
    const struct mp_source source = {"f", file, true};
    mp_config_read(&c, parser_of(era), false, "p", &source, 1);
    for (size_t i = 0; i < c.count; i++)
        buf_printf(&got, "%s%s", i ? " " : "", mp_get(c.section[i], "vendor"));
    assert_string_equal(buf_cstr(&got), want);
    buf_free(&got);
    mp_config_free(&c);
}

static void the_last_of_two_sections_counts_for_0_4_7(void **state)
{
    (void)state;
    static const char two[] = "devices {\n device {\n vendor A\n product A\n }\n}\n"
                              "devices {\n device {\n vendor B\n product B\n }\n}\n";
    struct buf out = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install(text_of(two), MP_047, &pack, &out, &why));
    vendors_are(text_buf(&out), MP_047, "B OSNEXUS");
    buf_free(&out);
}

/* `devices{` without a blank is no section for 0.4.7, but is one for 0.4.9. */
static void section_without_blank(void **state)
{
    (void)state;
    static const char file[] = "devices{\n device{\n vendor A\n product A\n }\n}\n";
    assert_int_equal(laws(text_of(file), MP_047), 1);
    assert_int_equal(laws(text_of(file), MP_049), 1);
    assert_int_equal(devices(text_of(file), MP_047), 0);
    assert_int_equal(devices(text_of(file), MP_049), 1);
}

/* parsers-2.md P6: in front of it the parser reads ours right. */
static void goes_in_front_of_what_is_never_closed(void **state)
{
    (void)state;
    static const char *const files[] = {
        "defaults {\n user_friendly_names no\n",
        "defaults {\n}\nblacklist {\n devnode x",
        "multipaths {\n multipath {\n wwid x\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (int era = 0; era < ERAS; era++)
            assert_int_equal(laws(text_of(files[i]), (enum mp_era)era), 1);
}

static void goes_first_where_it_is_asked(void **state)
{
    (void)state;
    static const char file[] = "devices {\n device {\n vendor A\n product A\n }\n"
                               " device {\n vendor B\n product B\n }\n}\n";
    struct buf out = {0}, again = {0};
    struct mp_refusal why;
    struct mp_edit edit = {.era = MP_049, .pack = pack_of("p", "1", stanza_el5), .first = true};
    assert_true(install_edit(text_of(file), &edit, &out, &why));
    vendors_are(text_buf(&out), MP_049, "OSNEXUS A B");
    assert_true(install_edit(text_buf(&out), &edit, &again, &why));
    assert_same(text_buf(&again), text_buf(&out));
    edit.first = false; /* it stays where it stands */
    assert_true(install_edit(text_buf(&out), &edit, &again, &why));
    assert_same(text_buf(&again), text_buf(&out));
    struct buf back = strip(text_buf(&out), "p");
    assert_same(text_buf(&back), text_of(file));
    buf_free(&back);
    edit.first = true; /* and moves there from behind */
    assert_int_equal(install(text_of(file), MP_049, &edit.pack, &out, &why), 1);
    vendors_are(text_buf(&out), MP_049, "A B OSNEXUS");
    assert_true(install_edit(text_buf(&out), &edit, &again, &why));
    vendors_are(text_buf(&again), MP_049, "OSNEXUS A B");
    buf_free(&out);
    buf_free(&again);
}

static void refuses_what_it_cannot_place(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        unsigned line;
    } cases[] = {
        {"defaults {\n}\nblacklist {\n devnode (\n}\n", 4},        /* or throws it away */
        {"devices {\n device {\n vendor\n product B\n }\n}\n", 3}, /* the parser dies on it */
    };
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        struct mp_refusal why = {0, NULL};
        assert_false(install(text_of(cases[i].file), MP_047, &pack, &out, &why));
        assert_int_equal(why.line, cases[i].line);
        assert_non_null(why.reason);
        buf_free(&out);
    }
}

static void refuses_broken_markers(void **state)
{
    (void)state;
    static const char *const files[] = {
        "# BEGIN p 1\ndevices {\n}\n",
        "# END p\n",
        "# BEGIN p 1\n# BEGIN p 1\n# END p\n# END p\n",
        "# BEGIN-SECTION p\n",
        "# END-SECTION p\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct buf out = {0};
        struct mp_block block;
        struct mp_refusal why = {0, NULL};
        assert_false(try_strip(text_of(files[i]), "p", &out, &block, &why));
        assert_true(why.line > 0);
        buf_free(&out);
    }
}

static void another_packs_label_is_not_ours(void **state)
{
    (void)state;
    static const char file[] = "# BEGIN p-two 1\nx\n# END p-two\n#p-two# y\n";
    struct buf out = strip(text_of(file), "p");
    assert_same(text_buf(&out), text_of(file));
    buf_free(&out);
}

/* SM's wwid editor writes every line again with a blank before it. */
static void finds_its_block_behind_blanks(void **state)
{
    (void)state;
    struct buf once = {0}, shifted = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    struct text line;
    assert_true(install(text_of("defaults {\n}\n"), MP_049, &pack, &once, &why));
    for (size_t at = 0; text_line(text_buf(&once), &at, &line);) {
        buf_str(&shifted, " ");
        buf_text(&shifted, line);
    }
    struct buf back = strip(text_buf(&shifted), "p");
    assert_same(text_buf(&back), text_of(" defaults {\n }\n"));
    buf_free(&once);
    buf_free(&shifted);
    buf_free(&back);
}

static void edits_around_the_block_stay(void **state)
{
    (void)state;
    struct buf once = {0}, edited = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install(text_of("defaults {\n}\n"), MP_049, &pack, &once, &why));
    /* An administrator puts his own device into the section that we added. */
    const char *text = buf_cstr(&once), *end = strstr(text, "}\n# END-SECTION");
    assert_non_null(end);
    buf_add(&edited, text, (size_t)(end - text));
    buf_str(&edited, "device {\n vendor X\n product Y\n}\n");
    buf_str(&edited, end);
    struct buf back = strip(text_buf(&edited), "p");
    assert_same(text_buf(&back),
                text_of("defaults {\n}\ndevices {\ndevice {\n vendor X\n product Y\n}\n}\n"));
    buf_free(&once);
    buf_free(&edited);
    buf_free(&back);
}

static void appended_text_is_not_glued_on_removal(void **state)
{
    (void)state;
    struct buf once = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install(text_of("defaults {\n}"), MP_MODERN, &pack, &once, &why));
    buf_str(&once, "blacklist {\n}\n");
    struct buf back = strip(text_buf(&once), "p");
    assert_same(text_buf(&back), text_of("defaults {\n}\nblacklist {\n}\n"));
    buf_free(&once);
    buf_free(&back);
}

static void switches_a_device_off_and_on_again(void **state)
{
    (void)state;
    static const char file[] =
        "devices {\n\tdevice {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n\t}\n"
        "\tdevice {\n\tvendor A\n\tproduct B\n\t}\n}\n";
    struct mp_span off = {10, strstr(file, "\t}\n") + 3 - file};
    struct buf out = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install_off(text_of(file), MP_049, &pack, &off, 1, &out, &why));
    vendors_are(text_buf(&out), MP_049, "A OSNEXUS");
    struct buf back = strip(text_buf(&out), "p");
    assert_same(text_buf(&back), text_of(file));
    buf_free(&out);
    buf_free(&back);

    /* The same in a file that gets no block. */
    pack.stanza.n = 0;
    assert_true(install_off(text_of(file), MP_049, &pack, &off, 1, &out, &why));
    vendors_are(text_buf(&out), MP_049, "A");
    back = strip(text_buf(&out), "p");
    assert_same(text_buf(&back), text_of(file));
    buf_free(&out);
    buf_free(&back);
}

/* A device for the array that came while our block stood there already, before it. */
static void switches_off_what_came_later(void **state)
{
    (void)state;
    static const char own[] = "devices {\n}\n",
                      theirs[] =
                          "\tdevice {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n\t}\n";
    struct mp_span off = {10, 10 + sizeof theirs - 1};
    struct buf once = {0}, edited = {0}, out = {0};
    struct mp_refusal why;
    struct mp_pack pack = pack_of("p", "1", stanza_el5);
    assert_true(install(text_of(own), MP_049, &pack, &once, &why));
    buf_add(&edited, once.p, 10);
    buf_str(&edited, theirs);
    buf_add(&edited, once.p + 10, once.n - 10);
    assert_true(install_off(text_buf(&edited), MP_049, &pack, &off, 1, &out, &why));
    assert_int_equal(devices(text_buf(&out), MP_049), 1);
    assert_int_equal(count(text_buf(&out), "#p# "), 4);
    struct buf *all[] = {&once, &edited, &out};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
}

/* Lines end with "\n", "\r\n" and a lone "\r", wherever in a word of the machine they fall and in
 * however many pieces the text lies; a line number is what a person is sent to. */
static void numbers_lines_whatever_ends_them(void **state)
{
    (void)state;
    static const char block[] = "# BEGIN acme-pack 1\ndevice {\n}\n# END acme-pack\n";
    static const char *const parts[] = {"\n", "\r\n", "\r", "x", "  yz", "abcdefghijklm", "\t\t"};
    char text[80 + sizeof block];
    unsigned seed = 7;
    for (int round = 0; round < 20000; round++) {
        size_t n = 0, most = (size_t)rand_r(&seed) % 64;
        while (n < most) {
            const char *part = parts[(size_t)rand_r(&seed) % (sizeof parts / sizeof *parts)];
            n += strlen(strcpy(text + n, part));
        }
        if (n && text[n - 1] != '\n')
            text[n++] = '\n';
        unsigned lines = 0;
        for (size_t i = 0; i < n; i++)
            lines += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
        memcpy(text + n, block, sizeof block);
        struct text file = {text, n + sizeof block - 1};
        struct buf base = {0};
        struct mp_block found;
        struct mp_refusal why = {0, NULL};
        assert_true(mp_strip(file, "acme-pack", &base, &found, &why));
        assert_int_equal(base.n, n);
        unsigned line = mp_line(file, found.lines.begin);
        if (line != lines + 1)
            fail_msg("round %d: line %u, not %u, of %zu bytes", round, line, lines + 1, n);
        buf_free(&base);
    }
}

static void tells_an_edited_block(void **state)
{
    (void)state;
    static const char lines[] = "\tdevice {\r\n  vendor \"OSNEXUS\"\n}\n";
    struct text file = text_of(lines);
    struct mp_block block = {.count = 1, .lines = {0, sizeof lines - 1}};
    assert_true(mp_block_is(file, &block, text_of("device {\n\tvendor \"OSNEXUS\"\n}\n")));
    assert_false(mp_block_is(file, &block, text_of("device {\n\tvendor \"OSNEXUS \"\n}\n")));
    assert_false(mp_block_is(file, &block, text_of("device {\n\tvendor \"OSNEXUS\"\n")));
    assert_false(mp_block_is(file, &block, text_of("device {\n\tvendor \"OSNEXUS\"\n}\n}\n")));
}

static void long_lines(void **state)
{
    (void)state;
    for (size_t n = 1000; n < 1100; n++) {
        struct buf file = {0};
        buf_str(&file, "devices {\n device {\n vendor A\n product B\n } # ");
        for (size_t i = 0; i < n; i++)
            buf_str(&file, i % 7 ? "x" : " ");
        buf_str(&file, "\n}\n");
        for (int era = 0; era < ERAS; era++)
            laws(text_buf(&file), (enum mp_era)era); /* kept or refused, never broken */
        buf_free(&file);
    }
}

/* el6 puts a blank between any two words of a value: this one has almost twice the bytes of its
 * line, and more than a name takes. */
static void values_longer_than_their_line(void **state)
{
    (void)state;
    struct mp_config c;
    struct buf file = {0};
    buf_str(&file, "devices {\n device {\n vendor \"\"");
    for (size_t i = 0; i < 990; i++)
        buf_str(&file, "{");
    buf_str(&file, " x\n product B\n }\n}\n");
    const struct mp_source source = {"f", text_buf(&file), true};
    mp_config_read(&c, parser_of(MP_049), false, "p", &source, 1);
    assert_int_equal(c.count, 1);
    const char *vendor = mp_get(c.section[0], "vendor");
    assert_true(text_starts(text_of(vendor), "\"{ { { "));
    assert_true(strlen(vendor) > MP_LINE);
    mp_config_free(&c);
    buf_free(&file);
}

int main(void)
{
    const struct CMUnitTest own[] = {
        cmocka_unit_test(goes_behind_the_last_device),
        cmocka_unit_test(adds_a_section_where_there_is_none),
        cmocka_unit_test(line_ends_follow_the_file),
        cmocka_unit_test(the_last_of_two_sections_counts_for_0_4_7),
        cmocka_unit_test(section_without_blank),
        cmocka_unit_test(goes_in_front_of_what_is_never_closed),
        cmocka_unit_test(goes_first_where_it_is_asked),
        cmocka_unit_test(refuses_what_it_cannot_place),
        cmocka_unit_test(refuses_broken_markers),
        cmocka_unit_test(another_packs_label_is_not_ours),
        cmocka_unit_test(finds_its_block_behind_blanks),
        cmocka_unit_test(edits_around_the_block_stay),
        cmocka_unit_test(appended_text_is_not_glued_on_removal),
        cmocka_unit_test(switches_a_device_off_and_on_again),
        cmocka_unit_test(switches_off_what_came_later),
        cmocka_unit_test(numbers_lines_whatever_ends_them),
        cmocka_unit_test(tells_an_edited_block),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(values_longer_than_their_line),
    };
    int failed = cmocka_run_group_tests(own, NULL, NULL);
    glob_t files = {0};
    if (!corpus_files(&files))
        return failed ? failed : SKIP;
    struct CMUnitTest *tests = xalloc(files.gl_pathc * sizeof *tests);
    for (size_t i = 0; i < files.gl_pathc; i++)
        tests[i] = (struct CMUnitTest){.name = strrchr(files.gl_pathv[i], '/') + 1,
                                       .test_func = corpus_file_keeps_the_laws,
                                       .initial_state = files.gl_pathv[i]};
    failed += _cmocka_run_group_tests("corpus", tests, files.gl_pathc, NULL, NULL);
    free(tests);
    globfree(&files);
    return failed;
}
