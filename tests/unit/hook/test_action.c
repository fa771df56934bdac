/* SPDX-License-Identifier: MIT */
/* What install and remove share: the replacement of a file under the eyes of other writers, and the
 * way back. The commands as a whole are tests/hook's. */
#include "action.h"
#include "clock.h"
#include "files.h"
#include "places.h"

#include <sys/wait.h>

#define LABEL "acme-pack"
#define BLOCK "# BEGIN " LABEL " 1\nx\n# END " LABEL "\n"
#define CONF  "etc/multipath.conf"
#define STORE "var/lib/" LABEL
#define TEMP  "etc/.multipath-hook." LABEL

static struct fail f;
static struct store store;
static struct edit edit;
static struct action action;
static bool again, original;
static char label[] = LABEL;

#define assert_says(word) assert_non_null(strstr(f.text, word))

static int make_host(void **state)
{
    if (make_place(state) < 0 || mkdir(at("etc"), 0755) < 0 || mkdir(at("var"), 0755) < 0 ||
        mkdir(at("var/lib"), 0755) < 0 || mkdir(at(STORE), 0700) < 0)
        return -1;
    action = (struct action){.root = place, .pack = {.label = label}};
    edit = (struct edit){.fd = -1};
    again = original = false;
    return store_open(&store, place, LABEL, &f);
}

static int drop_host(void **state)
{
    edit_free(&edit);
    store_free(&store);
    return remove_place(state);
}

static void open_well(const char *content)
{
    if (content)
        put_file(at(CONF), content);
    if (edit_open(&edit, place, "/" CONF, LABEL, &f) != DONE)
        fail_msg("%s", f.text);
}

static int write_text(const char *content)
{
    int rc = action_write(&action, &edit, text_of(content), NULL, &again, &f);
    return rc;
}

/* `content` is what the file is to be; slot 0 has `kept`, where that is given. */
static int put_back(const char *content, bool existed, const char *kept)
{
    if (kept)
        put_file(at(STORE "/original"), kept);
    int rc = action_put_back(&action, &store, &edit, existed, 0, text_of(content), &original,
                             &again, &f);
    return rc;
}

static bool lost(const char *wanted)
{
    struct text text = text_of(wanted ? wanted : "");
    bool yes = action_lost(&action, &edit, wanted ? &text : NULL);
    return yes;
}

/* ---- the replacement ----------------------------------------------------------------------- */

static void a_file_is_replaced(void **state)
{
    (void)state;
    struct stat st;
    open_well("old\n");
    assert_int_equal(chmod(at(CONF), 0640), 0);
    edit_free(&edit);
    open_well(NULL);
    assert_int_equal(write_text("new\n"), DONE);
    assert_false(again);
    assert_file(at(CONF), "new\n");
    assert_int_equal(stat(at(CONF), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_false(is_there(at(TEMP)));
    assert_false(lost("new\n"));
}

static void not_over_what_others_wrote(void **state)
{
    (void)state;
    open_well("old\n");
    put_file(at(CONF), "theirs\n");
    assert_int_equal(write_text("new\n"), SYSTEM);
    assert_true(again);
    assert_says("changed by another program");
    assert_file(at(CONF), "theirs\n");
    assert_false(is_there(at(TEMP)));

    assert_int_equal(put_back("new\n", true, NULL), SYSTEM);
    assert_true(again);
    assert_file(at(CONF), "theirs\n");
}

static void no_folder_for_the_new_file(void **state)
{
    (void)state;
    assert_int_equal(rmdir(at("etc")), 0);
    open_well(NULL);
    assert_int_equal(write_text("new\n"), SYSTEM);
    assert_false(again);
    assert_says("cannot create");
}

static void somebody_wrote_over_it(void **state)
{
    (void)state;
    open_well("old\n");
    assert_int_equal(write_text("new\n"), DONE);
    put_file(at(CONF), "theirs\n");
    assert_true(lost("new\n"));
    assert_true(lost(NULL)); /* there was to be none */
    assert_file(at(CONF), "theirs\n");
}

/* Who had the old file open wrote it after it was replaced: it takes the new one's place. */
static void somebody_wrote_the_old_file(void **state)
{
    (void)state;
    struct stat st;
    open_well("old\n");
    assert_int_equal(chmod(at(CONF), 0600), 0);
    int fd = open(at(CONF), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write_text("new\n"), DONE);
    assert_true(fd >= 0 && text_write(fd, text_of("theirs\n")));
    close(fd);
    assert_true(lost("new\n"));
    assert_file(at(CONF), "old\ntheirs\n");
    assert_int_equal(stat(at(CONF), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_false(is_there(at(TEMP)));
}

static void what_they_wrote_cannot_be_put_back(void **state)
{
    (void)state;
    static const char page[4096];
    mounted("tmpfs", at("etc"), "size=64k");
    open_well("old\n");
    int fd = open(at(CONF), O_WRONLY | O_APPEND | O_CLOEXEC);
    int rc = write_text("new\n");
    bool written = text_write(fd, text_of("theirs\n"));
    close(fd);
    fd = open(at("etc/all-that-is-left"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    while (text_write(fd, (struct text){page, sizeof page}))
        ;
    close(fd);
    bool said = lost("new\n"), left = is_there(at(TEMP));
    edit_free(&edit);
    unmounted(at("etc"));
    assert_int_equal(rc, DONE);
    assert_true(written);
    assert_false(said || left);
}

/* Who copies the file has it open before the copy has a name; who writes it, until all is written.
 */
static void who_has_the_old_file_open_is_waited_for(void **state)
{
    (void)state;
    open_well("old\n");
    int fd = open(at(CONF), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write_text("new\n"), DONE);
    pid_t child = fork();
    if (child == 0) {
        ms_sleep(150);
        _exit(!text_write(fd, text_of("theirs\n")));
    }
    close(fd);
    assert_true(child > 0 && lost("new\n"));
    assert_file(at(CONF), "old\ntheirs\n");
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* As a pager has it. */
static void who_keeps_it_open_is_not_waited_for_for_ever(void **state)
{
    (void)state;
    open_well("old\n");
    int fd = open(at(CONF), O_RDONLY | O_CLOEXEC);
    assert_int_equal(write_text("new\n"), DONE);
    assert_false(lost("new\n"));
    close(fd);
}

/* ---- the way back -------------------------------------------------------------------------- */

static void the_original_itself(void **state)
{
    (void)state;
    struct stat kept, back;
    open_well("old\n" BLOCK);
    put_file(at(STORE "/original"), "old\n");
    assert_int_equal(stat(at(STORE "/original"), &kept), 0);
    assert_int_equal(put_back("old\n", true, NULL), DONE);
    assert_true(original && !again);
    assert_int_equal(stat(at(CONF), &back), 0);
    assert_int_equal(back.st_ino, kept.st_ino);
    assert_false(is_there(at(STORE "/original")));
}

/* The owner or the mode was changed since: the bytes and times of the original, that mode. */
static void the_original_with_other_attributes(void **state)
{
    (void)state;
    struct timespec times[2] = {{1000000000, 0}, {1100000000, 0}};
    struct stat back;
    open_well("old\n" BLOCK);
    assert_int_equal(chmod(at(CONF), 0600), 0);
    edit_free(&edit);
    open_well(NULL);
    put_file(at(STORE "/original"), "old\n");
    assert_int_equal(utimensat(AT_FDCWD, at(STORE "/original"), times, 0), 0);
    assert_int_equal(put_back("old\n", true, NULL), DONE);
    assert_true(original);
    assert_int_equal(stat(at(CONF), &back), 0);
    assert_int_equal(back.st_mode & 07777, 0600);
    assert_int_equal(back.st_mtim.tv_sec, 1100000000);
}

static void the_original_on_another_file_system(void **state)
{
    (void)state;
    open_well("old\n" BLOCK);
    mounted("tmpfs", at(STORE), "size=64k");
    int rc = put_back("old\n", true, "old\n");
    unmounted(at(STORE));
    assert_int_equal(rc, DONE);
    assert_true(original);
    assert_file(at(CONF), "old\n");
}

static void another_text_than_the_original(void **state)
{
    (void)state;
    open_well("old\nmore\n" BLOCK);
    assert_int_equal(put_back("old\nmore\n", true, "old\n"), DONE);
    assert_false(original);
    assert_file(at(CONF), "old\nmore\n");
}

static void no_file_before(void **state)
{
    (void)state;
    open_well(BLOCK);
    assert_int_equal(put_back("", false, NULL), DONE);
    assert_true(original);
    assert_false(is_there(at(CONF)));
    assert_false(lost(NULL));
    assert_true(lost("x"));
}

static void an_empty_file_before(void **state)
{
    (void)state;
    open_well(BLOCK);
    assert_int_equal(put_back("", true, NULL), DONE);
    assert_file(at(CONF), "");
}

static void the_way_back_is_blocked(void **state)
{
    (void)state;
    open_well("old\n" BLOCK);
    assert_int_equal(symlink("elsewhere", at(STORE "/original")), 0);
    assert_int_equal(put_back("old\n", true, NULL), SYSTEM);
    assert_says("cannot read");
    assert_int_equal(unlink(at(STORE "/original")), 0);
    edit_free(&edit);
    mounted("tmpfs", at("etc"), "size=64k");
    open_well(BLOCK);
    read_only(at("etc"));
    int removed = put_back("", false, NULL);
    bool first = strstr(f.text, "cannot remove");
    int put = put_back("old\n", true, "old\n");
    edit_free(&edit);
    unmounted(at("etc"));
    assert_int_equal(removed, SYSTEM);
    assert_true(first);
    assert_int_equal(put, SYSTEM);
}

static void the_original_may_not_be_moved(void **state)
{
    (void)state;
    open_well("old\n" BLOCK);
    put_file(at(STORE "/original"), "old\n");
    assert_int_equal(chmod(at(STORE), 0755), 0);
    as_nobody();
    int rc = put_back("old\n", true, NULL);
    as_root();
    assert_int_equal(rc, SYSTEM);
    assert_says("cannot put");
    assert_file(at(CONF), "old\n" BLOCK);
}

/* ---- all files, and the folders ------------------------------------------------------------ */

static int take_out(struct state *s, bool *changed)
{
    *changed = false;
    return action_take_out(&action, &store, NULL, s, changed, &f);
}

static void ours_out_of_every_file_on_record(void **state)
{
    (void)state;
    struct state s = {.present = true, .file = xstrdup("/" CONF), .existed = true};
    bool changed;
    put_file(at(CONF), "a\n" BLOCK "b\n");
    put_file(at("etc/other"), "#" LABEL "# device {\nc\n");
    assert_int_equal(state_add_slot(&s, "/etc/other"), 1);
    assert_int_equal(state_add_slot(&s, "/etc/gone"), 2);
    put_file(at(STORE "/original"), "a\n");
    put_file(at(TEMP), "left by a run that was stopped");
    assert_int_equal(take_out(&s, &changed), DONE);
    assert_true(changed);
    assert_file(at(CONF), "a\nb\n");
    assert_file(at("etc/other"), "device {\nc\n");
    assert_false(is_there(at("etc/gone")) || is_there(at(TEMP)));
    assert_int_equal(take_out(&s, &changed), DONE);
    assert_false(changed);
    state_free(&s);
}

static void a_file_of_ours_alone_goes(void **state)
{
    (void)state;
    struct state s = {.present = true, .file = xstrdup("/etc/d/own"), .made_dirs = 1};
    bool changed;
    make_folder(at("etc/d"));
    put_file(at("etc/d/own"), BLOCK);
    assert_int_equal(take_out(&s, &changed), DONE);
    assert_true(changed && !is_there(at("etc/d")) && is_there(at("etc")));
    state_free(&s);
}

static void markers_that_do_not_pair_up(void **state)
{
    (void)state;
    struct state s = {.present = true, .file = xstrdup("/" CONF), .existed = true};
    bool changed;
    put_file(at(CONF), "# END " LABEL "\n");
    assert_int_equal(take_out(&s, &changed), REFUSED);
    assert_false(changed);
    state_free(&s);
}

/* Another pack's file stands in the folders that were made for ours. */
static void folders_another_pack_needs(void **state)
{
    (void)state;
    struct state ours = {.present = true, .file = xstrdup("/etc/a/b/ours"), .made_dirs = 2};
    struct state theirs = {.present = true, .file = xstrdup("/etc/a/b/theirs")};
    struct state elsewhere = {.present = true, .file = xstrdup("/etc/x/theirs")}, back;
    struct store other, third;
    assert_int_equal(store_open(&other, place, "other", &f), DONE);
    assert_int_equal(store_open(&third, place, "third", &f), DONE);
    assert_int_equal(state_save(&other, &theirs, &f), DONE);
    assert_int_equal(state_save(&third, &elsewhere, &f), DONE);
    make_folder(at("var/lib/no-pack"));
    make_folder(at("etc/a"));
    make_folder(at("etc/a/b"));
    put_file(at("etc/a/b/theirs"), "");
    assert_int_equal(action_remove_folders(&action, &ours, &f), DONE);
    assert_int_equal(state_load(&other, &back, &f), DONE);
    assert_int_equal(back.made_dirs, 2);
    state_free(&back);
    assert_int_equal(state_load(&third, &back, &f), DONE);
    assert_int_equal(back.made_dirs, 0);
    state_free(&back);

    /* Its record cannot be read: nobody would remove the folders. */
    assert_int_equal(unlink(at("var/lib/other/state")), 0);
    assert_int_equal(symlink("state", at("var/lib/other/state")), 0);
    assert_int_equal(action_remove_folders(&action, &ours, &f), SYSTEM);
    assert_int_equal(unlink(at("etc/a/b/theirs")), 0);
    assert_int_equal(action_remove_folders(&action, &ours, &f), DONE);
    assert_false(is_there(at("etc/a")));
    state_free(&ours);
    state_free(&theirs);
    state_free(&elsewhere);
    store_free(&other);
    store_free(&third);
}

#define HOSTED(test) cmocka_unit_test_setup_teardown(test, make_host, drop_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTED(a_file_is_replaced),
        HOSTED(not_over_what_others_wrote),
        HOSTED(no_folder_for_the_new_file),
        HOSTED(somebody_wrote_over_it),
        HOSTED(somebody_wrote_the_old_file),
        HOSTED(what_they_wrote_cannot_be_put_back),
        HOSTED(who_has_the_old_file_open_is_waited_for),
        HOSTED(who_keeps_it_open_is_not_waited_for_for_ever),
        HOSTED(the_original_itself),
        HOSTED(the_original_with_other_attributes),
        HOSTED(the_original_on_another_file_system),
        HOSTED(another_text_than_the_original),
        HOSTED(no_file_before),
        HOSTED(an_empty_file_before),
        HOSTED(the_way_back_is_blocked),
        HOSTED(the_original_may_not_be_moved),
        HOSTED(ours_out_of_every_file_on_record),
        HOSTED(a_file_of_ours_alone_goes),
        HOSTED(markers_that_do_not_pair_up),
        HOSTED(folders_another_pack_needs),
    };
    say_no_syslog();
    try_mounts();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
