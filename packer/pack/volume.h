/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ISO 9660 volume as its own records describe it, beside what an archive reader makes of it: two
 * trees, one a kernel mounts (Rock Ridge), one Windows and XenCenter read (Joliet). */
#pragma once
#include <glib.h>

typedef struct {
    char *path; /* from the root, no leading slash */
    gboolean is_dir;
    guint32 extent; /* its first sector */
    gint64 size;    /* bytes */
    gboolean same;  /* its bytes are what the other reader of the image has under that path */
} SpVolumeNode;

typedef struct {
    char *id;             /* without the blanks that fill it up */
    gint64 size;          /* of the image, bytes */
    gint64 sectors;       /* the volume's, as it says */
    gint64 made;          /* of the root directory, seconds */
    gboolean is_one_time; /* and of everything else */
    gboolean has_rock;    /* Rock Ridge */
    gboolean has_joliet;
    GPtrArray *rock;   /* of SpVolumeNode, sorted by path; ISO 9660 names without Rock Ridge */
    GPtrArray *joliet; /* the same; not compared */
} SpVolume;

SpVolume *sp_volume_new(void);
void sp_volume_free(SpVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpVolume, sp_volume_free)

/* The node is the tree's. */
SpVolumeNode *sp_volume_add(GPtrArray *tree, const char *path);
/* Before it is looked into: */
void sp_volume_sort(GPtrArray *tree);
SpVolumeNode *sp_volume_find(const GPtrArray *tree, const char *path);
