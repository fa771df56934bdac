/* SPDX-License-Identifier: MIT */
/* The steps of a replacement that survives a power cut: write beside, sync, rename, sync. */
#ifndef FILES_H
#define FILES_H

#include "fail.h"
#include "text.h"

#include <sys/stat.h>

/* Writes `text` to dir/name, a new file, with owner, mode and extended attributes of `like`
 * (0644 root where NULL; like_path is where its attributes are read), with the times of `times`
 * (NULL: now) and syncs it. On failure nothing is left. */
int files_write_new(const char *path, struct text text, const struct stat *like,
                    const char *like_path, const struct stat *times, struct fail *f);

/* 1: the file has exactly these bytes, 0: it has not, -1: errno. Read in pieces. */
int files_same(int fd, struct text text);

/* REFUSED where a rename over `path` (which need not exist) could not succeed: a folder that takes
 * no new name, an immutable or append-only file or folder, a mount point. */
int files_can_replace(const char *path, struct fail *f);

/* rename() and a sync of the folder. */
int files_rename(const char *from, const char *to, struct fail *f);
int files_sync_parent(const char *path, struct fail *f);

/* The folder part of a path, from malloc. */
char *files_parent(const char *path);

/* How many folders above the path are missing, and making them (0755). Counted first, so that
 * what will be made is on record before it is. */
int files_missing_parents(const char *root, const char *inside, int *missing, struct fail *f);
int files_make_parents(const char *root, const char *inside, struct fail *f);
/* Removes up to `count` folders upwards from the path's parent; the first that is not empty, and
 * those above it, stay. */
int files_remove_parents(const char *root, const char *inside, int count, struct fail *f);

/* Takes a lock that goes with the process: an flock on a folder. Waits at most most_ms. */
int files_lock_dir(const char *path, int most_ms, struct fail *f);

#endif
