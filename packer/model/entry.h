/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file or directory of an image or of a package, and a list of them. Paths are relative to the
 * root, without a leading slash. The list owns its entries; order is the order of adding. */
#pragma once
#include <glib.h>

typedef struct {
    char *path;
    guint mode; /* permission bits only */
    gboolean is_dir;
    GBytes *content;  /* NULL for directories, and where only the digest was kept */
    char *sha256;     /* of content; NULL until asked for by sp_entry_sha256 */
    char *md5;        /* the same by sp_entry_md5 */
    gboolean copied;  /* an RPM that was, see SpRpmCopy */
    gboolean checked; /* an RPM whose own digests were found right, when it had this sha256 */
    guint uid, gid;   /* as read; 0 for entries made here */
    gint64 mtime;     /* as read */
} SpEntry;

/* TRUE for a path that leads to something below the root: no part of it is empty, "." or "..". */
gboolean sp_path_is_inside(const char *path);

GPtrArray *sp_tree_new(void);
/* Refs content, which may be NULL; the caller keeps its own reference. Both return the new entry,
 * the tree's. */
SpEntry *sp_tree_add_file(GPtrArray *tree, const char *path, guint mode, GBytes *content);
SpEntry *sp_tree_add_dir(GPtrArray *tree, const char *path, guint mode);
/* Like add_file, of a string that is taken (freed by the tree). */
SpEntry *sp_tree_take_text(GPtrArray *tree, const char *path, guint mode, char *text);
/* One of that path, the first if the tree is sorted; NULL when there is none. */
SpEntry *sp_tree_find(const GPtrArray *tree, const char *path);
/* The same of a tree sorted by path, without a look at any other. */
SpEntry *sp_tree_look_up(const GPtrArray *sorted, const char *path);
/* Bytes of all files named *.rpm. */
gsize sp_rpms_size(const GPtrArray *tree);
const char *sp_entry_sha256(SpEntry *entry);
const char *sp_entry_md5(SpEntry *entry);
