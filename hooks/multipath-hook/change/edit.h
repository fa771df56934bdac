/* SPDX-License-Identifier: MIT */
/* One file of the configuration: as it is, without ours, and as install would leave it. */
#ifndef EDIT_H
#define EDIT_H

#include "fail.h"
#include "mpconf.h"

#include <sys/stat.h>

#define EDIT_MOST (1u << 20) /* bytes without ours; the largest of 181 real files has 17 KB */

struct edit {
    const char *root;
    char *path;    /* inside the root, links followed */
    char *outside; /* the same with the root before it */
    bool existed;  /* the file is there */
    bool no_file;  /* what is there is no regular file */
    int fd;        /* of it, or -1: tells a write to the old file after it was replaced */
    struct stat st;
    struct buf file, base, after; /* as it is; without ours; with ours */
    struct mp_block block;        /* ours in file */
    bool main;                    /* the main file of the configuration */
    bool later;                   /* read after the file our block goes to */
    bool repeated;                /* another name of a file that is listed already */
    struct mp_span *off;          /* devices of base that make way for ours, in order */
    size_t off_count;
};

/* Reads the file and takes ours out of it; `after` is left empty. A file that is not there is no
 * failure. REFUSED where it is no regular file, too large, or our markers in it are broken. */
int edit_open(struct edit *edit, const char *root, const char *path, const char *label,
              struct fail *f);
void edit_free(struct edit *edit);

/* REFUSED with "'path', line N: reason". */
int edit_refused(const struct edit *edit, unsigned line, const char *reason, struct fail *f);

bool edit_differs(const struct edit *edit);
/* Is or was something of ours in it, or does a device of it make way? */
bool edit_touched(const struct edit *edit);
/* Do the path's bytes on disk equal this text (NULL: there is no file)? */
bool edit_holds(const struct edit *edit, const struct text *text);
/* True when the path is still the very file that was read, with the same bytes. */
bool edit_still(const struct edit *edit);
/* Waits, a second at most, until nobody but us has the file open that was read and that has lost
 * its name: who copies it has named the copy by then, who writes it is done. */
void edit_wait_closed(const struct edit *edit);
/* True when somebody wrote into the file that was read, after that and whatever its name is now;
 * then file, base and block are read anew from it. */
bool edit_written(struct edit *edit, const char *label);

#endif
