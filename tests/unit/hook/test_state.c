/* SPDX-License-Identifier: MIT */
/* The record of an installation: what is put in comes out, and a record that cannot be read or
 * written is told, never guessed. */
#include "files.h"
#include "places.h"
#include "state.h"

#define LABEL "acme-pack"
#define STORE "var/lib/" LABEL

static struct fail f;
static struct store store;

#define assert_says(word) assert_non_null(strstr(f.text, word))

static int make_store(void **state)
{
    if (make_place(state) < 0 || mkdir(at("var"), 0755) < 0 || mkdir(at("var/lib"), 0755) < 0)
        return -1;
    return store_open(&store, place, LABEL, &f);
}

static int drop_store(void **state)
{
    store_free(&store);
    return remove_place(state);
}

static struct state a_state(void)
{
    struct state s = {.present = true, .file = xstrdup("/etc/multipath.conf"), .existed = true};
    return s;
}

static void save(struct state *s)
{
    if (state_save(&store, s, &f) != DONE)
        fail_msg("%s", f.text);
}

static struct state load(void)
{
    struct state s;
    if (state_load(&store, &s, &f) != DONE)
        fail_msg("%s", f.text);
    return s;
}

/* ---- the record itself --------------------------------------------------------------------- */

static void what_is_saved_is_loaded(void **state)
{
    (void)state;
    struct state s = a_state(), back;
    s.made_dirs = 12;
    s.pending = true;
    assert_int_equal(state_add_slot(&s, "/etc/a=b\rc"), 1);
    assert_int_equal(state_add_slot(&s, " other=/x "), 2);
    save(&s);
    back = load();
    assert_true(back.present && back.existed && back.pending);
    assert_int_equal(back.made_dirs, 12);
    assert_string_equal(back.file, s.file);
    assert_int_equal(back.others.n, 2);
    assert_string_equal(back.others.name[0], "/etc/a=b\rc");
    assert_string_equal(back.others.name[1], " other=/x ");
    state_free(&back);

    s.pending = s.existed = false;
    s.made_dirs = 0;
    save(&s);
    back = load();
    assert_false(back.pending || back.existed || back.made_dirs);
    state_free(&back);
    state_free(&s);
    assert_false(is_there(at(STORE "/state.new")));
}

static void slots(void **state)
{
    (void)state;
    struct state s = {0};
    assert_int_equal(state_slot(&s, "/a"), -1);
    s.present = true;
    s.file = xstrdup("/a");
    assert_int_equal(state_slot(&s, "/a"), 0);
    assert_int_equal(state_slot(&s, "/b"), -1);
    assert_int_equal(state_add_slot(&s, "/a"), 0);
    assert_int_equal(state_add_slot(&s, "/b"), 1);
    assert_int_equal(state_add_slot(&s, "/c"), 2);
    assert_int_equal(state_add_slot(&s, "/b"), 1);
    assert_int_equal(state_slot(&s, "/c"), 2);
    state_free(&s);

    char *first = state_original_path(&store, 0), *third = state_original_path(&store, 2);
    assert_string_equal(first, at(STORE "/original"));
    assert_string_equal(third, at(STORE "/original-2"));
    free(first);
    free(third);
}

static void records_of_all_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool present, existed, pending;
        int made_dirs;
    } cases[] = {
        {"", false, false, false, 0},
        {"\n\n=\nfile\nexisted=\nmade_dirs\n", false, false, false, 0},
        {"file=\n", false, false, false, 0},
        {"file=etc\nexisted=1\n", false, true, false, 0}, /* no path */
        {"file=/a\nexisted=1\nmade_dirs=3\npending=1\n", true, true, true, 3},
        {"file=/a\nexisted=1\nmade_dirs=3\npending=1", true, true, true, 3},
        {"file=/a\nfile=/b\nexisted=2\npending=x\nnew=1\n", true, false, false, 0},
        {"file=/a\nmade_dirs=x\n", true, false, false, 0},
        {"file=/a\nmade_dirs=-1\n", true, false, false, 0},
    };
    make_folder(at(STORE));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_file(at(STORE "/state"), cases[i].text);
        struct state s = load();
        if (s.present != cases[i].present || s.existed != cases[i].existed ||
            s.pending != cases[i].pending || s.made_dirs != cases[i].made_dirs)
            fail_msg("case %zu: %d %d %d %d", i, s.present, s.existed, s.pending, s.made_dirs);
        if (s.present)
            assert_string_equal(s.file, "/a");
        state_free(&s);
    }
}

static void no_record(void **state)
{
    (void)state;
    struct state s = load();
    assert_false(s.present);
    put_file(at(STORE), "no folder");
    s = load();
    assert_false(s.present);
}

static void a_record_that_cannot_be_read(void **state)
{
    (void)state;
    struct state s;
    make_folder(at(STORE));
    make_folder(at(STORE "/state"));
    assert_int_equal(state_load(&store, &s, &f), SYSTEM);
    assert_says("cannot read");
    state_free(&s);
    assert_int_equal(rmdir(at(STORE "/state")), 0);
    put_file(at(STORE "/state"), "file=/a\n");
    assert_int_equal(chmod(at(STORE), 0700), 0);
    as_nobody();
    int rc = state_load(&store, &s, &f);
    as_root();
    assert_int_equal(rc, SYSTEM);
    assert_says(strerror(EACCES));
    state_free(&s);
}

static void a_record_that_cannot_be_written(void **state)
{
    (void)state;
    struct state s = a_state();
    put_file(at(STORE), "no folder");
    assert_int_equal(state_save(&store, &s, &f), SYSTEM);
    assert_says(strerror(ENOTDIR));
    assert_int_equal(unlink(at(STORE)), 0);
    make_folder(at(STORE));
    make_folder(at(STORE "/state"));
    put_file(at(STORE "/state/x"), "");
    assert_int_equal(state_save(&store, &s, &f), SYSTEM);
    assert_says("cannot rename");

    struct store nowhere = {place, xprintf("%s/none/x", place)};
    assert_int_equal(state_save(&nowhere, &s, &f), SYSTEM);
    assert_says("cannot make the folder");
    store_free(&nowhere);
    state_free(&s);
}

static void a_full_file_system_keeps_the_old_record(void **state)
{
    (void)state;
    struct state s = a_state(), back;
    char *many = xalloc(70000);
    memset(many, 'x', 69999);
    many[69999] = '\0';
    make_folder(at(STORE));
    mounted("tmpfs", at(STORE), "size=32k");
    int first = state_save(&store, &s, &f);
    state_add_slot(&s, many);
    int second = state_save(&store, &s, &f);
    int loaded = state_load(&store, &back, &f);
    bool old = back.present && back.others.n == 0;
    bool left = is_there(at(STORE "/state.new"));
    unmounted(at(STORE));
    state_free(&back);
    state_free(&s);
    free(many);
    assert_int_equal(first, DONE);
    assert_int_equal(second, SYSTEM);
    assert_int_equal(loaded, DONE);
    assert_true(old && !left);
}

static void var_lib_behind_links(void **state)
{
    (void)state;
    struct store other;
    make_folder(at("srv"));
    assert_int_equal(rmdir(at("var/lib")), 0);
    assert_int_equal(symlink("/srv", at("var/lib")), 0);
    assert_int_equal(store_open(&other, place, LABEL, &f), DONE);
    assert_string_equal(other.dir, at("srv/" LABEL));
    store_free(&other);
    assert_int_equal(unlink(at("var/lib")), 0);
    assert_int_equal(symlink("lib", at("var/lib")), 0);
    assert_int_equal(store_open(&other, place, LABEL, &f), SYSTEM);
    assert_says(strerror(ELOOP));
    store_free(&other);
}

/* ---- the original -------------------------------------------------------------------------- */

static int keep(int slot, const char *path, const char *content)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    int rc = state_keep_original(&store, slot, path, text_of(content), &st, &f);
    return rc;
}

static int is_original(int slot, const char *content, struct stat *st, bool *same)
{
    int rc = state_original_is(&store, slot, text_of(content), st, same, &f);
    return rc;
}

static void the_very_file_is_kept(void **state)
{
    (void)state;
    struct stat st, kept;
    bool same;
    make_folder(at(STORE));
    put_file(at("conf"), "old");
    put_file(at(STORE "/original-1.new"), "left by a run that was stopped");
    assert_int_equal(keep(1, at("conf"), "old"), DONE);
    assert_int_equal(keep(1, at("conf"), "old"), DONE); /* again: two links of one file */
    assert_int_equal(stat(at("conf"), &st), 0);
    assert_int_equal(is_original(1, "old", &kept, &same), DONE);
    assert_true(same && kept.st_ino == st.st_ino);
    assert_false(is_there(at(STORE "/original-1.new")));
    assert_int_equal(is_original(1, "olD", &kept, &same), DONE);
    assert_false(same);
    assert_int_equal(is_original(0, "old", &kept, &same), DONE); /* another slot */
    assert_false(same);
    assert_int_equal(is_original(-1, "old", &kept, &same), DONE);
    assert_false(same);
    state_drop_original(&store, 1);
    state_drop_original(&store, 1);
    assert_int_equal(is_original(1, "old", &kept, &same), DONE);
    assert_false(same);
}

static void a_copy_where_no_link_is_possible(void **state)
{
    (void)state;
    struct stat kept;
    bool same;
    struct timespec times[2] = {{1000000000, 0}, {1100000000, 7}};
    put_file(at("conf"), "old");
    assert_int_equal(chmod(at("conf"), 0640), 0);
    assert_int_equal(utimensat(AT_FDCWD, at("conf"), times, 0), 0);
    make_folder(at(STORE));
    mounted("tmpfs", at(STORE), "size=64k");
    int rc = keep(0, at("conf"), "old"), got = is_original(0, "old", &kept, &same);
    unmounted(at(STORE));
    assert_int_equal(rc, DONE);
    assert_int_equal(got, DONE);
    assert_true(same);
    assert_int_equal(kept.st_mode & 07777, 0640);
    assert_int_equal(kept.st_mtim.tv_sec, 1100000000);
    assert_int_equal(kept.st_mtim.tv_nsec, 7);
}

static void an_original_that_cannot_be_kept(void **state)
{
    (void)state;
    put_file(at("conf"), "old");
    assert_int_equal(keep(0, at("conf"), "old"), SYSTEM); /* no folder */
    make_folder(at(STORE));
    make_folder(at(STORE "/original"));
    assert_int_equal(keep(0, at("conf"), "old"), SYSTEM);
    assert_says("cannot rename");
    assert_file(at("conf"), "old");
}

/* It is not taken for another one. */
static void an_original_that_cannot_be_read(void **state)
{
    (void)state;
    struct stat kept;
    bool same = true;
    make_folder(at(STORE));
    put_file(at("conf"), "old");
    assert_int_equal(symlink(at("conf"), at(STORE "/original")), 0);
    assert_int_equal(is_original(0, "old", &kept, &same), SYSTEM);
    assert_false(same);
    assert_says("cannot read");
    assert_int_equal(unlink(at(STORE "/original")), 0);
    make_folder(at(STORE "/original"));
    assert_int_equal(stat(at(STORE "/original"), &kept), 0);
    char *as_large = xalloc((size_t)kept.st_size + 1);
    memset(as_large, 'x', (size_t)kept.st_size);
    as_large[kept.st_size] = '\0';
    int rc = is_original(0, as_large, &kept, &same);
    free(as_large);
    assert_int_equal(rc, SYSTEM);
    assert_says(strerror(EISDIR));
}

/* ---- the end of it ------------------------------------------------------------------------- */

static void removal(void **state)
{
    (void)state;
    struct state s = a_state();
    assert_int_equal(store_remove(&store, &f), DONE); /* none */
    save(&s);
    put_file(at(STORE "/original"), "x");
    put_file(at(STORE "/.hidden"), "x");
    assert_int_equal(store_remove(&store, &f), DONE);
    assert_false(is_there(at(STORE)));
    assert_true(is_there(at("var/lib")));
    put_file(at(STORE), "somebody else's file");
    assert_int_equal(store_remove(&store, &f), DONE);
    assert_file(at(STORE), "somebody else's file");
    state_free(&s);
}

static void removal_that_fails(void **state)
{
    (void)state;
    make_folder(at(STORE));
    make_folder(at(STORE "/folder"));
    assert_int_equal(store_remove(&store, &f), SYSTEM);
    assert_says("cannot remove '");
    assert_int_equal(rmdir(at(STORE "/folder")), 0);
    assert_int_equal(chmod(at(STORE), 0700), 0);
    as_nobody();
    int rc = store_remove(&store, &f);
    as_root();
    assert_int_equal(rc, SYSTEM);
    assert_says("cannot read the folder");
    mounted("tmpfs", at(STORE), "size=4k");
    rc = store_remove(&store, &f);
    unmounted(at(STORE));
    assert_int_equal(rc, SYSTEM);
    assert_says(strerror(EBUSY));
}

#define STORED(test) cmocka_unit_test_setup_teardown(test, make_store, drop_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORED(what_is_saved_is_loaded),
        STORED(slots),
        STORED(records_of_all_kinds),
        STORED(no_record),
        STORED(a_record_that_cannot_be_read),
        STORED(a_record_that_cannot_be_written),
        STORED(a_full_file_system_keeps_the_old_record),
        STORED(var_lib_behind_links),
        STORED(the_very_file_is_kept),
        STORED(a_copy_where_no_link_is_possible),
        STORED(an_original_that_cannot_be_kept),
        STORED(an_original_that_cannot_be_read),
        STORED(removal),
        STORED(removal_that_fails),
    };
    try_mounts();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
