/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void die(const char *format, ...)
{
    int error = errno;
    va_list args;
    fputs("every_instant: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, ": %s\n", strerror(error));
    exit(2);
}

void *more(void *p, size_t n)
{
    void *got = realloc(p, n ? n : 1);
    if (!got)
        die("no memory");
    return got;
}

bool is_within(const char *path, const char *folder)
{
    size_t n = folder ? strlen(folder) : 0;
    return folder && strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static void outside(char out[PATH_MAX], const char *root, const char *path)
{
    int n = snprintf(out, PATH_MAX, "%s%s", root, path);
    if (n < 0 || n >= PATH_MAX)
        die("'%s%s' is too long", root, path);
}

static void read_file(struct entry *e, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        die("cannot open '%s'", path);
    for (size_t done = 0; done < e->n;) {
        ssize_t n = read(fd, e->data + done, e->n - done);
        if (n <= 0)
            die("cannot read '%s'", path);
        done += (size_t)n;
    }
    close(fd);
}

static void add(struct tree *tree, const char *root, const char *path, const struct stat *st)
{
    char full[PATH_MAX];
    outside(full, root, path);
    if (tree->n == tree->room) {
        tree->room = tree->room ? 2 * tree->room : 32;
        tree->e = more(tree->e, tree->room * sizeof *tree->e);
    }
    struct entry *e = &tree->e[tree->n++];
    *e = (struct entry){.path = strdup(path),
                        .mode = st->st_mode,
                        .uid = st->st_uid,
                        .gid = st->st_gid,
                        .links = st->st_nlink,
                        .ino = st->st_ino};
    if (!e->path)
        die("no memory");
    if (S_ISDIR(st->st_mode))
        return;
    e->mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    e->n = (size_t)st->st_size;
    e->data = more(NULL, e->n + 1);
    e->data[e->n] = '\0';
    if (S_ISREG(st->st_mode))
        read_file(e, full);
    else if (!S_ISLNK(st->st_mode) || readlink(full, e->data, e->n + 1) != (ssize_t)e->n)
        die("'%s' is neither file, folder nor a link that can be read", full);
}

/* Calls itself for every folder; `done` sees what is inside one before the folder itself. */
static void walk(const char *root, const char *inside, const char *without, struct tree *into)
{
    char full[PATH_MAX], path[PATH_MAX];
    struct stat st;
    outside(full, root, inside);
    DIR *d = opendir(full);
    if (!d)
        die("cannot open the folder '%s'", full);
    for (struct dirent *e; (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (snprintf(path, sizeof path, "%s/%s", inside, e->d_name) >= (int)sizeof path)
            die("'%s' is too long", full);
        if (is_within(path, without))
            continue;
        if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            die("cannot look at '%s'", path);
        if (into)
            add(into, root, path, &st);
        if (S_ISDIR(st.st_mode))
            walk(root, path, without, into);
        if (!into && unlinkat(dirfd(d), e->d_name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) < 0)
            die("cannot delete '%s'", path);
    }
    closedir(d);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

void tree_read(struct tree *tree, const char *root, const char *without)
{
    *tree = (struct tree){0};
    walk(root, "", without, tree);
    if (tree->n)
        qsort(tree->e, tree->n, sizeof *tree->e, by_path);
}

void tree_delete(const char *root, const char *without)
{
    walk(root, "", without, NULL);
}

void tree_free(struct tree *tree)
{
    for (size_t i = 0; i < tree->n; i++) {
        free(tree->e[i].path);
        free(tree->e[i].data);
    }
    free(tree->e);
    *tree = (struct tree){0};
}

static void write_file(const struct entry *e, const char *path)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                {e->mtime / 1000000000, e->mtime % 1000000000}};
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, e->data, e->n) != (ssize_t)e->n || fchown(fd, e->uid, e->gid) < 0 ||
        fchmod(fd, e->mode & 07777) < 0 || futimens(fd, times) < 0 || close(fd) < 0)
        die("cannot write '%s'", path);
}

void tree_write(const struct tree *tree, const char *root)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < tree->n; i++) {
        const struct entry *e = &tree->e[i];
        outside(path, root, e->path);
        if (S_ISDIR(e->mode)) {
            if (mkdir(path, 0700) < 0 || chown(path, e->uid, e->gid) < 0 ||
                chmod(path, e->mode & 07777) < 0)
                die("cannot make the folder '%s'", path);
        } else if (S_ISLNK(e->mode)) {
            if (symlink(e->data, path) < 0 || lchown(path, e->uid, e->gid) < 0)
                die("cannot make the link '%s'", path);
        } else if (e->links > 1) {
            errno = EMLINK;
            die("'%s' of the start tree", path); /* nothing here needs such a one */
        } else {
            write_file(e, path);
        }
    }
}

const struct entry *tree_find(const struct tree *tree, const char *path)
{
    const struct entry key = {.path = (char *)path};
    return tree->n ? bsearch(&key, tree->e, tree->n, sizeof *tree->e, by_path) : NULL;
}

bool entry_same_data(const struct entry *a, const struct entry *b)
{
    if (!a || !b)
        return a == b;
    return a->n == b->n && (a->n == 0 || memcmp(a->data, b->data, a->n) == 0);
}

static const char *entry_difference(const struct entry *wanted, const struct entry *now, bool timed)
{
    if (wanted->mode != now->mode)
        return "type or mode";
    if (wanted->uid != now->uid || wanted->gid != now->gid)
        return "owner";
    if (!entry_same_data(wanted, now))
        return "content";
    return timed && wanted->mtime != now->mtime ? "mtime" : NULL;
}

static size_t skip(const struct tree *tree, size_t i, const char *without)
{
    while (i < tree->n && is_within(tree->e[i].path, without))
        i++;
    return i;
}

bool tree_differs(const struct tree *wanted, const struct tree *now, const char *without,
                  const char *timed, char *why, size_t size)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        i = skip(wanted, i, without);
        j = skip(now, j, without);
        const struct entry *w = i < wanted->n ? &wanted->e[i] : NULL;
        const struct entry *h = j < now->n ? &now->e[j] : NULL;
        if (!w && !h)
            return false;
        int order = !w ? 1 : !h ? -1 : strcmp(w->path, h->path);
        const char *what = order > 0   ? "is left over"
                           : order < 0 ? "is gone"
                                       : entry_difference(w, h, timed && !strcmp(timed, w->path));
        if (what) {
            snprintf(why, size, "'%s': %s", order > 0 ? h->path : w->path, what);
            return true;
        }
    }
}

/* FNV-1a */
static void mix(uint64_t *digest, const void *data, size_t n)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i++)
        *digest = (*digest ^ p[i]) * 0x100000001b3;
}

uint64_t tree_digest(const struct tree *tree, int64_t since)
{
    uint64_t digest = 0xcbf29ce484222325;
    for (size_t i = 0; i < tree->n; i++) {
        const struct entry *e = &tree->e[i];
        size_t twin = i; /* the first of the names of one file */
        for (size_t j = 0; e->links > 1 && !S_ISDIR(e->mode) && j < i && twin == i; j++)
            if (tree->e[j].ino == e->ino)
                twin = j;
        int64_t numbers[] = {e->mode,       e->uid,
                             e->gid,        e->mtime < since ? e->mtime : since,
                             (int64_t)e->n, (int64_t)(twin == i ? 0 : twin + 1)};
        mix(&digest, e->path, strlen(e->path) + 1);
        mix(&digest, numbers, sizeof numbers);
        mix(&digest, e->data, e->n);
    }
    return digest;
}
