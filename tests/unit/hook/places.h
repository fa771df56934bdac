/* SPDX-License-Identifier: MIT */
/* Folders, files and file systems of a test's own, so that calls fail as they do on a host. */
#ifndef TEST_PLACES_H
#define TEST_PLACES_H

#include "rootfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

static char place[64]; /* the folder of the present test, without links in its name */

/* A path in `place`, good until the ninth call from here. */
static inline const char *at(const char *name)
{
    static char *paths[8];
    static unsigned next;
    char **path = &paths[next++ % 8];
    free(*path);
    return *path = xprintf("%s/%s", place, name);
}

static inline int make_place(void **state)
{
    (void)state;
    strcpy(place, "/tmp/hook-XXXXXX");
    return mkdtemp(place) && chmod(place, 0755) == 0 ? 0 : -1;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline int remove_place(void **state)
{
    (void)state;
    return nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static inline void put_file(const char *path, const char *content)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fputs(content, f) < 0, 0);
    assert_int_equal(fclose(f), 0);
}

static inline void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0755), 0);
}

static inline bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

#define assert_file(path, content) file_has(path, content, __LINE__)
static inline void file_has(const char *path, const char *content, int line)
{
    struct buf b = {0};
    if (rootfs_read("", path, &b) < 0)
        fail_msg("line %d: cannot read '%s': %s", line, path, strerror(errno));
    if (strcmp(buf_cstr(&b), content) != 0)
        fail_msg("line %d: '%s' holds '%s'", line, path, b.p);
    buf_free(&b);
}

/* The names in `place`, one behind the other; from malloc. */
static inline char *names_in_place(void)
{
    struct names names = {0};
    struct buf all = {0};
    assert_int_equal(rootfs_names(place, &names), 0);
    for (size_t i = 0; i < names.n; i++)
        buf_printf(&all, "%s ", names.name[i]);
    names_free(&names);
    buf_cstr(&all);
    return all.p;
}

#define assert_names(expected) names_are(expected, __LINE__)
static inline void names_are(const char *expected, int line)
{
    char *names = names_in_place();
    if (strcmp(names, expected) != 0)
        fail_msg("line %d: there is '%s', not '%s'", line, names, expected);
    free(names);
}

/* In a mount namespace of this process: what is mounted goes with it, and nobody else sees it.
 * Tests that mount are skipped where that is not allowed (not root, or in a plain chroot). */
static bool may_mount;

static inline void try_mounts(void)
{
    may_mount = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
                mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
    if (!may_mount)
        printf("SKIPPED: what needs mounts (%s)\n", strerror(errno));
}

static inline void mounted(const char *type, const char *path, const char *options)
{
    if (!may_mount)
        skip();
    assert_int_equal(mount("none", path, type, 0, options), 0);
}

static inline void read_only(const char *path)
{
    assert_int_equal(mount("none", path, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
}

static inline void unmounted(const char *path)
{
    assert_int_equal(umount2(path, MNT_DETACH), 0);
}

/* Without root's rights until as_root(). The real user, too: it is whom access(2) asks about. */
static inline void as_nobody(void)
{
    if (geteuid() != 0)
        skip();
    assert_int_equal(setresuid(NOBODY, NOBODY, 0), 0);
}

static inline void as_root(void)
{
    assert_int_equal(setresuid(0, 0, 0), 0);
}

#endif
