/* SPDX-License-Identifier: MIT */
/* Paths as a process in a chroot sees them: links of every kind, and what is not there. */
#include "places.h"

static char shadow[128];

/* A tree with links that stay inside, leave it by "..", go round, and lead to nothing. */
static int make_tree(void **state)
{
    static const char *const links[][2] = {
        {"etc/conf", "/real/file"},  {"etc/relative", "../real/file"},
        {"etc/chain", "conf"},       {"etc/out", "../../../../real/file"},
        {"etc/loop", "pool"},        {"etc/pool", "loop"},
        {"etc/nothing", "/no/file"}, {"etc/folder", "../real"},
        {"etc/dots", "./.././real"},
    };
    if (make_place(state) != 0)
        return -1;
    mkdir(at("etc"), 0755);
    mkdir(at("real"), 0755);
    mkdir(at("real/sub"), 0755);
    put_file(at("real/file"), "inside");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][1], at(links[i][0])) != 0)
            return -1;
    return 0;
}

static const struct {
    const char *path, *real; /* NULL: ELOOP */
    bool opens;
} cases[] = {
    {"/etc/conf", "/real/file", true},
    {"/etc/relative", "/real/file", true},
    {"/etc/chain", "/real/file", true},
    {"/etc/out", "/real/file", true},
    {"/etc/loop", NULL, false},
    {"/etc/loop/below", NULL, false},
    {"/etc/nothing", "/no/file", false},
    {"/etc/folder/file", "/real/file", true},
    {"/etc/dots/file", "/real/file", true},
    {"/etc/absent", "/etc/absent", false},
    {"/absent/one/two", "/absent/one/two", false},
    {"/absent/one/two/../../../etc/conf", "/real/file", true},
    {"/absent/../etc/nothing", "/no/file", false},
    {"/etc/nothing/../../real/file", "/real/file", true},
    {"//etc//./conf", "/real/file", true},
    {"/../../etc/conf", "/real/file", true},
    {"/real/file", "/real/file", true},
    {"/real/sub", "/real/sub", true},
    {"/real/sub/", "/real/sub", true},
    {"/etc", "/etc", true},
    {"/", "/", true},
};

static void follows_links_as_a_chroot_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        errno = 0;
        char *real = rootfs_resolve(place, cases[i].path);
        if (!cases[i].real && (real || errno != ELOOP))
            fail_msg("'%s': %s", cases[i].path, real ? real : strerror(errno));
        if (cases[i].real && (!real || strcmp(real, cases[i].real) != 0))
            fail_msg("'%s': '%s', not '%s'", cases[i].path, real ? real : strerror(errno),
                     cases[i].real);
        free(real);
    }
}

/* The path is the one rootfs_resolve() gives, and the file is the one at that path. */
static void opens_what_it_resolves(void **state)
{
    (void)state;
    struct stat st, want;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *last = strrchr(cases[i].path, '/');
        int fd = -1;
        if (!last[1]) /* a name is what this one is for */
            continue;
        char *real = rootfs_resolve_open(place, cases[i].path, &fd);
        int error = errno;
        if (!cases[i].opens && (fd >= 0 || error != (cases[i].real ? ENOENT : ELOOP)))
            fail_msg("'%s': %d, %s", cases[i].path, fd, strerror(error));
        if (cases[i].real && (!real || strcmp(real, cases[i].real) != 0))
            fail_msg("'%s': '%s', not '%s'", cases[i].path, real ? real : strerror(error),
                     cases[i].real);
        if (cases[i].opens) {
            text_print(shadow, sizeof shadow, "%s%s", place, cases[i].real);
            assert_true(fd >= 0 && fstat(fd, &st) == 0 && stat(shadow, &want) == 0);
            assert_int_equal(st.st_ino, want.st_ino);
            close(fd);
        }
        free(real);
        fd = rootfs_open(place, cases[i].path);
        assert_int_equal(fd >= 0, cases[i].opens);
        if (fd >= 0)
            close(fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(follows_links_as_a_chroot_does, make_tree, remove_place),
        cmocka_unit_test_setup_teardown(opens_what_it_resolves, make_tree, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
