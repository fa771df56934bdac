/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ISO 9660 volume as its own records describe it, beside what an archive reader makes of it: two
 * trees, one a kernel mounts (Rock Ridge), one Windows and XenCenter read (Joliet). */
#pragma once
#include <glib.h>

typedef struct SpVolumeNode SpVolumeNode;
struct SpVolumeNode {
    char *path;                 /* from the root, no leading slash */
    const char *name;           /* the last part of it */
    char *id;                   /* the name as the record has it, with its version; Joliet: UTF-8 */
    const SpVolumeNode *parent; /* NULL: the root */
    gboolean is_dir;
    guint32 extent; /* its first sector */
    gint64 size;    /* bytes */
    guint mode;     /* permissions of Rock Ridge; 0 without */
    gboolean same;  /* its bytes are what the other reader of the image has under that path */
};

/* A sector of the list that starts at sector 16, or one behind it that goes on with it. */
typedef struct {
    guint sector;
    char id[6]; /* "CD001", or what other file systems have in that place */
    guint8 type, version;
    gboolean is_joliet; /* by its escape sequence */
} SpDescriptor;

/* Bytes of the image that something is stored in. */
typedef struct {
    gint64 start, end;
    gboolean is_file; /* else descriptors, folders, path tables and continued records */
} SpArea;

typedef struct {
    char *id;             /* without the blanks that fill it up */
    gint64 size;          /* of the image, bytes */
    gint64 sectors;       /* the volume's, as it says */
    gint64 made;          /* of the root directory, seconds */
    gboolean is_one_time; /* and of everything else */
    gboolean has_rock;    /* Rock Ridge */
    gboolean has_joliet;
    gboolean is_ended;   /* the list of descriptors has an end */
    gboolean is_whole;   /* every record was read; else the trees lack something */
    GPtrArray *rock;     /* of SpVolumeNode, sorted by path; ISO 9660 names without Rock Ridge */
    GPtrArray *joliet;   /* the same; not compared */
    GArray *descriptors; /* of SpDescriptor, as they lie */
    GArray *areas;       /* of SpArea, sorted by start, then end; a file is in it once a name */
    GArray *stray;       /* gint64: where outside of them bytes are not zero; one an interval */
} SpVolume;

SpVolume *sp_volume_new(void);
void sp_volume_free(SpVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpVolume, sp_volume_free)

/* The node is the tree's. */
SpVolumeNode *sp_volume_add(GPtrArray *tree, const char *path);
/* Before they are looked into: */
void sp_volume_sort(SpVolume *volume);
SpVolumeNode *sp_volume_find(const GPtrArray *tree, const char *path);
