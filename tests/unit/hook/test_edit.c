/* SPDX-License-Identifier: MIT */
/* One file of the configuration: what can be read, and what others do to it meanwhile. */
#include "edit.h"
#include "places.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define LABEL "acme-pack"
#define CONF  "conf"
#define BLOCK "# BEGIN " LABEL " 1\nx\n# END " LABEL "\n"

static struct fail f;
static struct edit edit;

#define assert_says(word) assert_non_null(strstr(f.text, word))

static int open_edit(void)
{
    return edit_open(&edit, place, "/" CONF, LABEL, &f);
}

static void open_well(const char *content)
{
    put_file(at(CONF), content);
    if (open_edit() != DONE)
        fail_msg("%s", f.text);
    assert_true(edit.existed);
}

#define assert_text(buf, content) text_is_now(buf, content, __LINE__)
static void text_is_now(const struct buf *buf, const char *content, int line)
{
    if (!text_is(text_buf(buf), content))
        fail_msg("line %d: not '%s'", line, content);
}

/* As an editor does it: a new file in the place of the old one. */
static void replace(const char *content)
{
    put_file(at("new"), content);
    assert_int_equal(rename(at("new"), at(CONF)), 0);
}

/* Into the file that was read, whatever its name is now. */
static void write_into(const char *path, const char *content)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_true(fd >= 0 && text_write(fd, text_of(content)));
    close(fd);
}

static int close_edit(void **state)
{
    edit_free(&edit);
    return remove_place(state);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void a_file_with_our_block(void **state)
{
    (void)state;
    open_well("a\n" BLOCK "b\n");
    assert_text(&edit.file, "a\n" BLOCK "b\n");
    assert_text(&edit.base, "a\nb\n");
    assert_int_equal(edit.block.count, 1);
    assert_int_equal(mp_line(text_buf(&edit.file), edit.block.lines.begin), 2);
    buf_text(&edit.after, text_buf(&edit.file));
    assert_false(edit_differs(&edit));
    edit.after.n = 2;
    assert_true(edit_differs(&edit));
}

static void no_file(void **state)
{
    (void)state;
    assert_int_equal(open_edit(), DONE);
    assert_false(edit.existed || edit.no_file);
    assert_true(edit_still(&edit));
    put_file(at(CONF), "");
    assert_false(edit_still(&edit));
    assert_false(edit_written(&edit, LABEL));
}

static void what_is_no_file(void **state)
{
    (void)state;
    make_folder(at(CONF));
    assert_int_equal(open_edit(), REFUSED);
    assert_true(edit.no_file);
    assert_says("not a regular file");
    edit_free(&edit);
    assert_int_equal(rmdir(at(CONF)), 0);

    assert_int_equal(mkfifo(at(CONF), 0600), 0);
    assert_int_equal(open_edit(), REFUSED);
    assert_true(edit.no_file);
    edit_free(&edit);
    assert_int_equal(unlink(at(CONF)), 0);

    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, at(CONF));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    int rc = open_edit();
    close(fd);
    assert_int_equal(rc, REFUSED);
    assert_true(edit.no_file);
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    put_file(at(CONF), "secret\n");
    assert_int_equal(chmod(at(CONF), 0600), 0);
    as_nobody();
    int rc = open_edit();
    as_root();
    assert_int_equal(rc, SYSTEM);
    assert_false(edit.no_file);
    assert_says(strerror(EACCES));
    edit_free(&edit);

    assert_int_equal(unlink(at(CONF)), 0);
    assert_int_equal(symlink(CONF, at(CONF)), 0);
    assert_int_equal(open_edit(), SYSTEM);
    assert_says(strerror(ELOOP));
}

static void what_is_too_large(void **state)
{
    (void)state;
    static const off_t sizes[] = {EDIT_MOST + 1, ROOTFS_MOST + 1};
    for (size_t i = 0; i < 2; i++) {
        put_file(at(CONF), "");
        assert_int_equal(truncate(at(CONF), sizes[i]), 0);
        assert_int_equal(open_edit(), REFUSED);
        assert_says("larger than 1 MiB");
        edit_free(&edit);
    }
}

static void what_is_refused(void **state)
{
    (void)state;
    put_file(at(CONF), "a\n# END " LABEL "\n");
    assert_int_equal(open_edit(), REFUSED);
    assert_says("/" CONF "', line 2: ");
    edit_free(&edit);
    assert_int_equal(edit_refused(&(struct edit){.path = "/x"}, 0, "so", &f), REFUSED);
    assert_string_equal(f.text, "'/x': so");
    assert_int_equal(edit_open(&edit, place, "/a\nb", LABEL, &f), REFUSED);
    assert_says("line end");
}

/* ---- what others do meanwhile -------------------------------------------------------------- */

static void still_what_was_read(void **state)
{
    (void)state;
    static const struct text file = {"a\n", 2};
    open_well("a\n");
    assert_true(edit_still(&edit) && edit_holds(&edit, &file));
    assert_false(edit_holds(&edit, NULL));
    write_into(at(CONF), "b\n");
    assert_false(edit_still(&edit));
    write_into(at(CONF), "a\n");
    assert_true(edit_still(&edit));
    replace("a\n"); /* the same bytes, another file */
    assert_false(edit_still(&edit));
    assert_true(edit_holds(&edit, &file));
    assert_int_equal(unlink(at(CONF)), 0);
    assert_false(edit_still(&edit) || edit_holds(&edit, &file));
    assert_true(edit_holds(&edit, NULL));
    make_folder(at(CONF));
    assert_false(edit_holds(&edit, &file) || edit_holds(&edit, NULL));
}

static void a_write_into_the_old_file(void **state)
{
    (void)state;
    open_well("a\n");
    assert_false(edit_written(&edit, LABEL));
    assert_int_equal(link(at(CONF), at("old")), 0);
    replace("ours\n");
    assert_false(edit_written(&edit, LABEL));
    write_into(at("old"), "c\n" BLOCK);
    buf_add(&edit.after, edit.file.p, 1);
    assert_true(edit_written(&edit, LABEL));
    assert_text(&edit.file, "c\n" BLOCK);
    assert_text(&edit.base, "c\n");
    assert_int_equal(edit.after.n, 0);
    assert_int_equal(edit.st.st_size, (off_t)edit.file.n);
    assert_false(edit_written(&edit, LABEL)); /* known by now */
}

static void nothing_that_could_be_kept(void **state)
{
    (void)state;
    open_well("a\n");
    write_into(at(CONF), "");
    assert_false(edit_written(&edit, LABEL));
    assert_text(&edit.file, "a\n");
    write_into(at(CONF), "# END " LABEL "\n"); /* and nothing that could be edited */
    assert_false(edit_written(&edit, LABEL));
}

/* It cuts the file to nothing and takes its time to fill it again. */
static void a_slow_writer(void **state)
{
    (void)state;
    open_well("a\n");
    write_into(at(CONF), "");
    pid_t writer = fork();
    if (writer == 0) {
        usleep(150000);
        int fd = open(at(CONF), O_WRONLY | O_CLOEXEC);
        _exit(fd >= 0 && text_write(fd, text_of("a\nb\n")) ? 0 : 1);
    }
    bool written = edit_written(&edit, LABEL);
    int status = -1;
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_int_equal(status, 0);
    assert_true(written);
    assert_text(&edit.base, "a\nb\n");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, close_edit)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_file_with_our_block),
        PLACED(no_file),
        PLACED(what_is_no_file),
        PLACED(what_cannot_be_read),
        PLACED(what_is_too_large),
        PLACED(what_is_refused),
        PLACED(still_what_was_read),
        PLACED(a_write_into_the_old_file),
        PLACED(nothing_that_could_be_kept),
        PLACED(a_slow_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
