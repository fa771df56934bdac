/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* sync_file_range */
#include "fileio.h"
#include "cleanup.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_MAX ((gsize)128 << 10) /* of more at a time Linux is slower: bench */

gboolean sp_write_all(int fd, const void *data, gsize size, const char *name, GError **error)
{
    const char *at = data;
    while (size > 0) {
        ssize_t n = write(fd, at, MIN(size, WRITE_MAX));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sp_throw_errno(error, "cannot write '%s'", name);
        at += n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* What is there, 0 at the end, -1 after a failure. */
static ssize_t read_at(int fd, void *to, gsize size, off_t at, const char *name, GError **error)
{
    ssize_t n = -1;
    do
        n = pread(fd, to, size, at);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        sp_throw_errno(error, "cannot read '%s'", name);
    return n;
}

static gboolean look_at(int fd, const char *name, struct stat *st, gint64 *mtime, GError **error)
{
    if (fstat(fd, st) != 0)
        return sp_throw_errno(error, "cannot read '%s'", name);
    if (!S_ISREG(st->st_mode))
        return sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': not a regular file", name);
    if (mtime != NULL)
        *mtime = st->st_mtim.tv_sec;
    return TRUE;
}

static volatile sig_atomic_t cut_short;

/* Zeros take the place of what is no longer there, so that scopes unwind as after any failure. */
static void fill_in(int number, siginfo_t *info, void *context)
{
    (void)context;
    gsize page = (gsize)getpagesize();
    char *start = (char *)info->si_addr - (gsize)info->si_addr % page;
    if (info->si_code != BUS_ADRERR ||
        mmap(start, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != start) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    cut_short = TRUE;
}

gboolean sp_map_check(GError **error)
{
    return !cut_short ||
           sp_throw(error, SP_ERROR_SYSTEM, "a file became shorter while it was being read");
}

/* What is mapped now: start -> size. To give back pages of anything else would lose them. */
static GTree *mapped;
static GMutex mapped_lock;

static gint by_address(gconstpointer a, gconstpointer b, gpointer data)
{
    (void)data;
    return ((const char *)a > (const char *)b) - ((const char *)a < (const char *)b);
}

static void unmap(gpointer data)
{
    GMappedFile *file = data;
    g_mutex_lock(&mapped_lock);
    (void)g_tree_remove(mapped, g_mapped_file_get_contents(file));
    g_mutex_unlock(&mapped_lock);
    g_mapped_file_unref(file);
}

static GBytes *note_mapped(GMappedFile *file)
{
    char *start = g_mapped_file_get_contents(file);
    gsize size = g_mapped_file_get_length(file);
    g_mutex_lock(&mapped_lock);
    if (mapped == NULL)
        mapped = g_tree_new_full(by_address, NULL, NULL, NULL);
    if (start != NULL) /* an empty file has none */
        g_tree_insert(mapped, start, GSIZE_TO_POINTER(size));
    g_mutex_unlock(&mapped_lock);
    return g_bytes_new_with_free_func(start, size, unmap, file);
}

/* From 6.18 on Linux maps the whole folio of a page that is looked at: what lies around it was
 * mapped with it, or was forgotten before and is back. */
#define FOLIO_MAX ((gsize)2 << 20)

void sp_map_forget(const void *data, gsize size)
{
    char *start = (char *)data;
    gsize page = (gsize)getpagesize();
    g_mutex_lock(&mapped_lock);
    GTreeNode *behind = mapped != NULL ? g_tree_upper_bound(mapped, start) : NULL;
    GTreeNode *node = behind != NULL   ? g_tree_node_previous(behind)
                      : mapped != NULL ? g_tree_node_last(mapped)
                                       : NULL;
    if (node != NULL) {
        char *map = g_tree_node_key(node);
        gsize length = GPOINTER_TO_SIZE(g_tree_node_value(node));
        gsize before = (gsize)(start - map);
        if (before < length && size <= length - before) {
            gsize from = (before - MIN(before, FOLIO_MAX)) / page * page;
            gsize to = before + size + MIN(length - before - size, FOLIO_MAX);
            (void)madvise(map + from, to - from, MADV_DONTNEED);
        }
    }
    g_mutex_unlock(&mapped_lock);
}

gsize sp_piece(GBytes *bytes, gsize at, const void **data)
{
    gsize size = 0;
    const char *all = g_bytes_get_data(bytes, &size);
    if (at > 0)
        sp_map_forget(all + (at - MIN(at, SP_PIECE)), MIN(at, SP_PIECE));
    *data = all + at;
    return MIN(size - at, SP_PIECE);
}

gboolean sp_bytes_same(GBytes *a, GBytes *b)
{
    gsize size = g_bytes_get_size(a), at = 0;
    const void *x = NULL, *y = NULL;
    if (size != g_bytes_get_size(b))
        return FALSE;
    for (gsize n; (n = sp_piece(a, at, &x)) > 0; at += n) {
        (void)sp_piece(b, at, &y);
        if (memcmp(x, y, n) != 0)
            return FALSE;
    }
    return TRUE;
}

void sp_write_started(int fd, off_t at, off_t size)
{
    (void)sync_file_range(fd, at, size, SYNC_FILE_RANGE_WRITE);
}

gboolean sp_write_bytes(int fd, GBytes *bytes, SpSha256 *digest, const char *name, GError **error)
{
    /* Through memory of our own: what is digested is what is written whoever writes the mapped file
     * meanwhile, and write() would start a folio anew at each mapped page that it misses. */
    g_autofree char *own = g_malloc(CLAMP(g_bytes_get_size(bytes), 1, SP_PIECE));
    const void *data = NULL;
    gsize at = 0;
    for (gsize n; (n = sp_piece(bytes, at, &data)) > 0; at += n) {
        memcpy(own, data, n);
        if (digest != NULL)
            sp_sha256_add(digest, own, n);
        if (!sp_write_all(fd, own, n, name, error))
            return FALSE;
        if (n == SP_PIECE)
            sp_write_started(fd, (off_t)at, (off_t)n);
    }
    return TRUE;
}

GBytes *sp_map_fd(int fd, const char *name, gint64 *mtime, GError **error)
{
    struct stat st;
    if (!look_at(fd, name, &st, mtime, error))
        return NULL;
    const struct sigaction action = {.sa_sigaction = fill_in, .sa_flags = SA_SIGINFO};
    (void)sigaction(SIGBUS, &action, NULL);
    GError *cause = NULL;
    GMappedFile *file = g_mapped_file_new_from_fd(fd, FALSE, &cause);
    if (file == NULL) {
        sp_adopt(error, cause, SP_ERROR_SYSTEM, "cannot read '%s'", name);
        return NULL;
    }
    return note_mapped(file);
}

GBytes *sp_read_fd(int fd, gsize limit, const char *name, gint64 *mtime, GError **error)
{
    struct stat st;
    if (!look_at(fd, name, &st, mtime, error))
        return NULL;
    /* One byte beyond what stat said, so that a file which grew meanwhile is noticed. */
    gsize room = MIN((gsize)st.st_size, limit) + 1, used = 0;
    g_autofree char *data = g_malloc(room);
    for (;;) {
        ssize_t n = read_at(fd, data + used, room - used, (off_t)used, name, error);
        if (n < 0)
            return NULL;
        if (n == 0)
            return g_bytes_new_take(g_steal_pointer(&data), used);
        used += (gsize)n;
        if (used > limit) {
            sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': larger than %zu bytes", name, limit);
            return NULL;
        }
        if (used == room)
            data = g_realloc(data, room = MIN(room * 2, limit + 1));
    }
}

int sp_open_path(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0)
        return fd;
    gboolean input = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    sp_throw(error, input ? SP_ERROR_INPUT : SP_ERROR_SYSTEM, "cannot read '%s': %s", path,
             g_strerror(errno));
    return -1;
}

GBytes *sp_read_path(const char *path, gsize limit, gint64 *mtime, GError **error)
{
    autofd int fd = sp_open_path(path, error);
    return fd >= 0 ? sp_read_fd(fd, limit, path, mtime, error) : NULL;
}

GBytes *sp_map_path(const char *path, gint64 *mtime, GError **error)
{
    autofd int fd = sp_open_path(path, error);
    return fd >= 0 ? sp_map_fd(fd, path, mtime, error) : NULL;
}

char *sp_digest_fd(int fd, GChecksumType type, const char *name, GError **error)
{
    enum { CHUNK = 1 << 16 };
    g_autoptr(GChecksum) digest = g_checksum_new(type);
    g_autofree guchar *chunk = g_malloc(CHUNK);
    for (off_t at = 0;;) {
        ssize_t n = read_at(fd, chunk, CHUNK, at, name, error);
        if (n < 0)
            return NULL;
        if (n == 0)
            return g_strdup(g_checksum_get_string(digest));
        g_checksum_update(digest, chunk, n);
        at += n;
    }
}
