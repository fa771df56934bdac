/* SPDX-License-Identifier: MIT */
/* Whose a device of a main file up to 6.5 is: the release's, where it is one of those sm had in its
 * own file at the time of 6.5 (parsers-2.md P8), else the administrator's. */
#include "conf.h"
#include "corpus.h"
#include "shipped.h"

/* sm's own files of the 6.5 line: 2013-10 to 2015-05. "sm-08-2014-01-15-..." */
static const char *sm_of_65(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    return strncmp(name, "sm-", 3) == 0 && strcmp(name + 6, "2015-06") < 0 ? name : NULL;
}

static void read_text(struct mp_config *c, const struct mp_source *source)
{
    mp_config_read(c, MP_VERSION(0, 4, 9, 31), false, "a-pack", source, 1);
}

/* All that is not in the table yet, as its lines are. */
static void every_device_of_sm_is_in_the_table(void **state)
{
    glob_t files;
    size_t all = 0, missing = 0;
    (void)state;
    if (!corpus_files(&files))
        skip();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = sm_of_65(files.gl_pathv[i]);
        if (!name)
            continue;
        struct buf text = load(files.gl_pathv[i]);
        struct mp_source source = {"f", text_buf(&text), true};
        struct mp_config c;
        read_text(&c, &source);
        for (size_t k = 0; k < c.count; k++) {
            const struct mp_section *s = c.section[k];
            if (s->level != MP_DEVICE)
                continue;
            all++;
            if (s->owner == MP_SHIPPED)
                continue;
            missing++;
            printf("    0x%08x, /* %.10s %s %s */\n", shipped_digest(s), name + 6,
                   mp_get(s, "vendor"), mp_get(s, "product"));
        }
        mp_config_free(&c);
        buf_free(&text);
    }
    globfree(&files);
    assert_true(all > 0);
    assert_int_equal(missing, 0);
}

/* A device of sm with any of its settings changed is somebody's. */
static void a_changed_one_is_the_administrators(void **state)
{
    glob_t files;
    size_t all = 0;
    (void)state;
    if (!corpus_files(&files))
        skip();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (!sm_of_65(files.gl_pathv[i]))
            continue;
        struct buf text = load(files.gl_pathv[i]);
        struct mp_source source = {"f", text_buf(&text), true};
        struct mp_config c;
        read_text(&c, &source);
        for (size_t k = 0; k < c.count; k++) {
            struct mp_section s = *c.section[k];
            for (size_t n = 0; s.level == MP_DEVICE && n < s.count; n++) {
                char *value = s.set[n].value, other[MP_VALUE];
                snprintf(other, sizeof other, "%s~", value);
                s.set[n].value = other;
                assert_false(shipped_device(&s));
                s.set[n].value = value;
                assert_true(shipped_device(&s));
                all++;
            }
        }
        mp_config_free(&c);
        buf_free(&text);
    }
    globfree(&files);
    assert_true(all > 0);
}

/* In the likeness of sm's, but nobody's. */
static void what_no_release_had_is_the_administrators(void **state)
{
    static const char text[] = "devices {\n device {\n vendor \"EQLOGIC\"\n product \"100E-01\"\n"
                               " path_grouping_policy multibus\n }\n device {\n }\n"
                               " device {\n vendor \"NETAPP\"\n product \"LUN.*\"\n }\n}\n";
    struct mp_source source = {"f", {text, sizeof text - 1}, true};
    struct mp_config c;
    (void)state;
    read_text(&c, &source);
    assert_int_equal(c.count, 3);
    for (size_t i = 0; i < c.count; i++)
        assert_int_equal(c.section[i]->owner, MP_ADMIN);
    mp_config_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_device_of_sm_is_in_the_table),
        cmocka_unit_test(a_changed_one_is_the_administrators),
        cmocka_unit_test(what_no_release_had_is_the_administrators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
