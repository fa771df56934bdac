/* SPDX-License-Identifier: MIT */
/* The steps of a replacement, where they succeed and where the system says no. */
#include "files.h"
#include "places.h"

#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

static struct fail f;

static int write_text(const char *path, const char *content, const struct stat *like,
                      const char *like_path, const struct stat *times)
{
    int rc = files_write_new(path, text_of(content), like, like_path, times, &f);
    return rc;
}

#define assert_says(word) assert_non_null(strstr(f.text, word))

/* ---- writing beside ------------------------------------------------------------------------ */

static void a_new_file(void **state)
{
    (void)state;
    struct stat st;
    mode_t old = umask(077);
    assert_int_equal(write_text(at("new"), "one\ntwo\n", NULL, NULL, NULL), DONE);
    umask(old);
    assert_file(at("new"), "one\ntwo\n");
    assert_int_equal(stat(at("new"), &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0644);
}

static void owner_mode_and_times_of_another(void **state)
{
    (void)state;
    struct stat like = {
        .st_uid = geteuid() ? geteuid() : 12, .st_gid = getegid(), .st_mode = 02640};
    struct stat times = {.st_atim = {1000000000, 1}, .st_mtim = {1100000000, 500}}, st;
    assert_int_equal(write_text(at("new"), "x", &like, NULL, &times), DONE);
    assert_int_equal(stat(at("new"), &st), 0);
    assert_int_equal(st.st_uid, like.st_uid);
    assert_int_equal(st.st_mode & 07777, 02640);
    assert_int_equal(st.st_mtim.tv_sec, 1100000000);
    assert_int_equal(st.st_mtim.tv_nsec, 500);
}

/* Nothing is left of a file that could not be made whole. */
static void times_no_file_can_have(void **state)
{
    (void)state;
    struct stat times = {.st_mtim = {1100000000, 2000000000}};
    assert_int_equal(write_text(at("new"), "x", NULL, NULL, &times), SYSTEM);
    assert_says("cannot set the times");
    assert_int_equal(access(at("new"), F_OK), -1);
}

static void what_was_left_there_is_replaced(void **state)
{
    (void)state;
    put_file(at("other"), "stays");
    assert_int_equal(symlink("other", at("new")), 0);
    assert_int_equal(write_text(at("new"), "x", NULL, NULL, NULL), DONE);
    assert_file(at("new"), "x");
    assert_file(at("other"), "stays");
}

static void no_place_for_a_new_file(void **state)
{
    (void)state;
    put_file(at("file"), "");
    make_folder(at("folder"));
    assert_int_equal(write_text(at("none/new"), "x", NULL, NULL, NULL), SYSTEM);
    assert_says("cannot create");
    assert_int_equal(write_text(at("file/new"), "x", NULL, NULL, NULL), SYSTEM);
    assert_says(strerror(ENOTDIR));
    assert_int_equal(write_text(at("folder"), "x", NULL, NULL, NULL), SYSTEM);
    assert_says("stale");
    assert_names("file folder ");
}

static void a_full_file_system(void **state)
{
    (void)state;
    char *big = xalloc(1 << 20);
    memset(big, 'x', (1 << 20) - 1);
    big[(1 << 20) - 1] = '\0';
    mounted("tmpfs", place, "size=64k");
    int rc = write_text(at("new"), big, NULL, NULL, NULL);
    char *names = names_in_place();
    unmounted(place);
    free(big);
    assert_int_equal(rc, SYSTEM);
    assert_says(strerror(ENOSPC));
    assert_string_equal(names, "");
    free(names);
}

static void a_read_only_file_system(void **state)
{
    (void)state;
    mounted("tmpfs", place, "size=64k");
    put_file(at("a"), "x");
    read_only(place);
    int wrote = write_text(at("new"), "x", NULL, NULL, NULL);
    int renamed = files_rename(at("a"), at("b"), &f);
    int can = files_can_replace(at("a"), &f);
    unmounted(place);
    assert_int_equal(wrote, SYSTEM);
    assert_int_equal(renamed, SYSTEM);
    assert_int_equal(can, REFUSED);
    assert_says(strerror(EROFS));
}

/* An owner only root may give: nothing is left. */
static void an_owner_that_cannot_be_given(void **state)
{
    (void)state;
    struct stat like = {.st_uid = 12, .st_gid = 12, .st_mode = 0644};
    assert_int_equal(chmod(place, 0777), 0);
    as_nobody();
    int rc = write_text(at("new"), "x", &like, NULL, NULL);
    as_root();
    assert_int_equal(rc, SYSTEM);
    assert_says("owner, mode and attributes");
    assert_names("");
}

static void attributes_of_another(void **state)
{
    (void)state;
    struct stat st;
    char value[8] = "";
    put_file(at("old"), "");
    assert_int_equal(stat(at("old"), &st), 0);
    if (setxattr(at("old"), "user.note", "kept", 4, 0) < 0)
        skip();
    assert_int_equal(write_text(at("new"), "x", &st, at("old"), NULL), DONE);
    assert_int_equal(getxattr(at("new"), "user.note", value, sizeof value), 4);
    assert_string_equal(value, "kept");

    assert_int_equal(write_text(at("new"), "x", &st, at("none"), NULL), SYSTEM);
    assert_names("old ");

    /* A file system that knows no attributes. */
    make_folder(at("bare"));
    mounted("ramfs", at("bare"), NULL);
    int rc = write_text(at("bare/new"), "x", &st, at("old"), NULL);
    bool left = is_there(at("bare/new"));
    unmounted(at("bare"));
    assert_int_equal(rc, SYSTEM);
    assert_false(left);
}

/* ---- comparing ----------------------------------------------------------------------------- */

static int same(const char *path, int flags, const char *head, const char *tail)
{
    struct buf text = {0};
    buf_str(&text, head);
    buf_str(&text, tail);
    int fd = open(path, flags | O_CLOEXEC), got = files_same(fd, text_buf(&text));
    if (fd >= 0)
        close(fd);
    buf_free(&text);
    return got;
}

static void the_same_bytes(void **state)
{
    (void)state;
    put_file(at("a"), "hello world");
    assert_int_equal(same(at("a"), O_RDONLY, "hello", " world"), 1);
    assert_int_equal(same(at("a"), O_RDONLY, "hello", " World"), 0);
    assert_int_equal(same(at("a"), O_RDONLY, "Hello", " world"), 0);
    assert_int_equal(same(at("a"), O_RDONLY, "hello", " world "), 0);
    assert_int_equal(same(at("a"), O_RDONLY, "hello", " worl"), 0);
    put_file(at("a"), "");
    assert_int_equal(same(at("a"), O_RDONLY, "", ""), 1);
    assert_int_equal(same(at("a"), O_RDONLY, "x", ""), 0);
}

static void what_cannot_be_compared(void **state)
{
    (void)state;
    put_file(at("a"), "x");
    assert_int_equal(same(at("a"), O_WRONLY, "x", ""), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(same(at("none"), O_RDONLY, "x", ""), -1);
    /* /proc says it has no size, which is not what it holds. */
    assert_int_equal(same("/proc/self/stat", O_RDONLY, "x", ""), 0);
}

static void larger_than_one_piece(void **state)
{
    (void)state;
    size_t n = 300000;
    char *big = xalloc(n + 1), *other;
    for (size_t i = 0; i < n; i++)
        big[i] = (char)('a' + i % 23);
    big[n] = '\0';
    put_file(at("a"), big);
    assert_int_equal(same(at("a"), O_RDONLY, big, ""), 1);
    other = xstrdup(big);
    other[n - 1] = '!';
    assert_int_equal(same(at("a"), O_RDONLY, other, ""), 0);
    free(big);
    free(other);
}

/* ---- may it be replaced? ------------------------------------------------------------------- */

static void what_can_be_replaced(void **state)
{
    (void)state;
    put_file(at("a"), "");
    assert_int_equal(files_can_replace(at("a"), &f), DONE);
    assert_int_equal(files_can_replace(at("none"), &f), DONE);
    assert_int_equal(files_can_replace(at("x/y/z/none"), &f), DONE);
    assert_int_equal(files_can_replace(at("a/none"), &f), REFUSED);
    assert_says("cannot write in");
}

static void a_folder_of_somebody_elses(void **state)
{
    (void)state;
    as_nobody();
    int rc = files_can_replace(at("none"), &f), deep = files_can_replace(at("x/y/none"), &f);
    as_root();
    assert_int_equal(rc, REFUSED);
    assert_int_equal(deep, REFUSED);
    assert_says(strerror(EACCES));
}

/* mountinfo writes blanks, tabs, line ends and backslashes in octal. */
static void mount_points(void **state)
{
    (void)state;
    static const char *const names[] = {"plain", "a b", "a\tb\nc", "back\\slash", "back\\040s"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        make_folder(at(names[i]));
        assert_int_equal(files_can_replace(at(names[i]), &f), DONE);
        mounted("tmpfs", at(names[i]), "size=4k");
        int rc = files_can_replace(at(names[i]), &f);
        char *longer = xprintf("%s2", names[i]);
        int other = files_can_replace(at(longer), &f);
        free(longer);
        unmounted(at(names[i]));
        assert_int_equal(rc, REFUSED);
        assert_int_equal(other, DONE);
    }
}

/* In a chroot without /proc nobody says what is mounted where; the replacement itself would. */
static void no_list_of_mount_points(void **state)
{
    (void)state;
    make_folder(at("a"));
    mounted("tmpfs", "/proc", "size=4k");
    int rc = files_can_replace(at("a"), &f);
    unmounted("/proc");
    assert_int_equal(rc, DONE);
}

static void immutable(void **state)
{
    (void)state;
    static const int bits[] = {0x10, 0x20}; /* i and a of lsattr */
    put_file(at("a"), "");
    for (size_t i = 0; i < 2; i++) {
        int fd = open(at("a"), O_RDONLY | O_CLOEXEC), flags = 0, none = 0;
        assert_true(fd >= 0);
        bool able = ioctl(fd, _IOR('f', 1, long), &flags) == 0 &&
                    ioctl(fd, _IOW('f', 2, long), &(int){flags | bits[i]}) == 0;
        int rc = files_can_replace(at("a"), &f);
        none = able ? ioctl(fd, _IOW('f', 2, long), &flags) : 0;
        close(fd);
        if (!able)
            skip();
        assert_int_equal(none, 0);
        assert_int_equal(rc, REFUSED);
        assert_says("immutable");
    }
}

/* ---- renaming and syncing ------------------------------------------------------------------ */

static void renaming(void **state)
{
    (void)state;
    put_file(at("a"), "1");
    put_file(at("b"), "2");
    assert_int_equal(files_rename(at("a"), at("b"), &f), DONE);
    assert_file(at("b"), "1");
    assert_int_equal(files_rename(at("a"), at("b"), &f), SYSTEM);
    assert_says(strerror(ENOENT));
    assert_int_equal(files_sync_parent(at("none/b"), &f), SYSTEM);
    assert_says("cannot sync");
}

static void renaming_to_another_file_system(void **state)
{
    (void)state;
    char far[] = "/dev/shm/hook-XXXXXX";
    struct stat here, there;
    put_file(at("a"), "1");
    if (!mkdtemp(far))
        skip();
    bool two = stat(far, &there) == 0 && stat(place, &here) == 0 && here.st_dev != there.st_dev;
    char *to = xprintf("%s/b", far);
    int rc = files_rename(at("a"), to, &f);
    unlink(to);
    free(to);
    rmdir(far);
    if (!two)
        skip();
    assert_int_equal(rc, SYSTEM);
    assert_says(strerror(EXDEV));
    assert_file(at("a"), "1");
}

static void parents(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"/a/b", "/a"}, {"/a", "/"}, {"a", "."}, {"a/b/c", "a/b"}, {"/", "/"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *parent = files_parent(cases[i][0]);
        assert_string_equal(parent, cases[i][1]);
        free(parent);
    }
}

static void folders_made_and_removed(void **state)
{
    (void)state;
    int missing = -1;
    struct stat st;
    make_folder(at("a"));
    assert_int_equal(files_missing_parents(place, "/a/b/c/file", &missing, &f), DONE);
    assert_int_equal(missing, 2);
    mode_t old = umask(077);
    assert_int_equal(files_make_parents(place, "/a/b/c/file", &f), DONE);
    umask(old);
    assert_int_equal(stat(at("a/b/c"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0755);
    assert_int_equal(files_missing_parents(place, "/a/b/c/file", &missing, &f), DONE);
    assert_int_equal(missing, 0);
    assert_int_equal(files_make_parents(place, "/a/b/c/file", &f), DONE);

    /* One that is gone is passed over, one that is not empty ends it. */
    assert_int_equal(rmdir(at("a/b/c")), 0);
    put_file(at("a/other"), "");
    assert_int_equal(files_remove_parents(place, "/a/b/c/file", 3, &f), DONE);
    assert_false(is_there(at("a/b")));
    assert_true(is_there(at("a/other")));
    assert_int_equal(unlink(at("a/other")), 0);
    assert_int_equal(files_remove_parents(place, "/a/b/c/file", 2, &f), DONE);
    assert_true(is_there(at("a"))); /* two were ours: the third stays */
}

static void a_file_in_a_folders_place(void **state)
{
    (void)state;
    int missing = -1;
    put_file(at("a"), "");
    assert_int_equal(files_missing_parents(place, "/a/b/c/file", &missing, &f), SYSTEM);
    assert_says("cannot see");
    assert_int_equal(files_make_parents(place, "/a/b/file", &f), SYSTEM);
    assert_says("cannot make");
    assert_int_equal(files_remove_parents(place, "/a/file", 1, &f), SYSTEM);
    assert_says("cannot remove");
    assert_file(at("a"), "");
}

static void a_folder_in_use(void **state)
{
    (void)state;
    make_folder(at("a"));
    mounted("tmpfs", at("a"), "size=4k");
    int rc = files_remove_parents(place, "/a/file", 1, &f);
    unmounted(at("a"));
    assert_int_equal(rc, SYSTEM);
    assert_says(strerror(EBUSY));
}

static void locks(void **state)
{
    (void)state;
    make_folder(at("a"));
    put_file(at("file"), "");
    assert_int_equal(files_lock_dir(at("none"), 0, &f), SYSTEM);
    assert_int_equal(files_lock_dir(at("file"), 0, &f), SYSTEM);
    assert_says(strerror(ENOTDIR));
    int fd = open(at("a"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(files_lock_dir(at("a"), 50, &f), SYSTEM);
    assert_says("another multipath-hook");
    close(fd);
    assert_int_equal(files_lock_dir(at("a"), 1000, &f), DONE);
    /* It is held on: the descriptor stays open. */
    fd = open(at("a"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
    close(fd);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_new_file),
        PLACED(owner_mode_and_times_of_another),
        PLACED(times_no_file_can_have),
        PLACED(what_was_left_there_is_replaced),
        PLACED(no_place_for_a_new_file),
        PLACED(a_full_file_system),
        PLACED(a_read_only_file_system),
        PLACED(an_owner_that_cannot_be_given),
        PLACED(attributes_of_another),
        PLACED(the_same_bytes),
        PLACED(what_cannot_be_compared),
        PLACED(larger_than_one_piece),
        PLACED(what_can_be_replaced),
        PLACED(a_folder_of_somebody_elses),
        PLACED(mount_points),
        PLACED(no_list_of_mount_points),
        PLACED(immutable),
        PLACED(renaming),
        PLACED(renaming_to_another_file_system),
        PLACED(parents),
        PLACED(folders_made_and_removed),
        PLACED(a_file_in_a_folders_place),
        PLACED(a_folder_in_use),
        PLACED(locks),
    };
    try_mounts();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
