/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files in, whole buffers out. Sizes are bytes.
 * Nothing here retries on a short read of a regular file: it loops until end or error. */
#pragma once
#include "error.h"
#include "sha256.h"

#include <sys/types.h>

/* Writes all of it; SP_ERROR_SYSTEM naming `name` on failure. */
gboolean sp_write_all(int fd, const void *data, gsize size, const char *name,
                      GError **error) SP_MUST_CHECK;
/* Sends what was written there on its way to the disk, so that not all of it waits for the flush at
 * the end. Safe is nothing before that. */
void sp_write_started(int fd, off_t at, off_t size);
/* All of fd, wherever it stands. More than `limit` bytes is SP_ERROR_INPUT, so is anything but a
 * regular file. *mtime (seconds) may be NULL. */
GBytes *sp_read_fd(int fd, gsize limit, const char *name, gint64 *mtime,
                   GError **error) SP_MUST_CHECK;
/* Opens for reading; never hangs on a fifo. Not there or not allowed: SP_ERROR_INPUT. -1 on
 * failure; the caller closes. */
int sp_open_path(const char *path, GError **error) SP_MUST_CHECK;
/* Opens and reads. A file that is not there is SP_ERROR_INPUT. */
GBytes *sp_read_path(const char *path, gsize limit, gint64 *mtime, GError **error) SP_MUST_CHECK;
/* A regular file as memory, mapped, so that its size costs no heap. Where it is cut short meanwhile
 * the bytes read as zeros, and sp_map_check() says so. *mtime (seconds) may be NULL. */
GBytes *sp_map_fd(int fd, const char *name, gint64 *mtime, GError **error) SP_MUST_CHECK;
/* Mapped pages that lie in these bytes, or up to 2 MiB around them in the same file, leave this
 * process; they come back when they are looked at. Nothing for memory of any other kind. */
void sp_map_forget(const void *data, gsize size);
/* For a walk through bytes that may be a mapped file of gigabytes, without keeping it in memory:
 * what lies at `at`, at most SP_PIECE of it, 0 at the end; what lay before is forgotten. */
#define SP_PIECE ((gsize)1 << 20)
gsize sp_piece(GBytes *bytes, gsize at, const void **data);
/* g_bytes_equal() and sp_write_all() in such a walk, the latter from the start of the file. What is
 * written is added to `digest`, if that is not NULL. */
gboolean sp_bytes_same(GBytes *a, GBytes *b);
gboolean sp_write_bytes(int fd, GBytes *bytes, SpSha256 *digest, const char *name,
                        GError **error) SP_MUST_CHECK;
/* Opens and maps, as sp_read_path reads. */
GBytes *sp_map_path(const char *path, gint64 *mtime, GError **error) SP_MUST_CHECK;
/* FALSE with SP_ERROR_SYSTEM once a mapped file was cut short: no result is to be believed. */
gboolean sp_map_check(GError **error) SP_MUST_CHECK;
/* Lower-case hexadecimal digest of a whole file from its start, whatever its offset, which stays;
 * NULL with SP_ERROR_SYSTEM. The caller frees. */
char *sp_digest_fd(int fd, GChecksumType type, const char *name, GError **error) SP_MUST_CHECK;
