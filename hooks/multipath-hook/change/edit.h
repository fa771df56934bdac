/* SPDX-License-Identifier: MIT */
/* One file of the configuration: as it is, without ours, and as install would leave it. */
#ifndef EDIT_H
#define EDIT_H

#include "fail.h"
#include "mpconf.h"

#include <sys/stat.h>

#define EDIT_MOST (64u << 20) /* bytes of a file without ours */

struct edit {
    const char *root;
    char *path;    /* inside the root, links followed */
    char *outside; /* the same with the root before it */
    bool existed;  /* the file is there */
    bool no_file;  /* what is there is no regular file */
    int fd;        /* of it, or -1: tells a write to the old file after it was replaced */
    struct stat st;
    struct buf before;
    struct rope file, base, after; /* as it is (= before); without ours; with ours */
    struct mp_block block;         /* ours in file */
    struct mp_reader read;         /* of base, at its end; filled by whoever reads it */
    struct mp_span *off;           /* devices of base that make way for ours, in order */
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
/* Do the path's bytes on disk equal this text (NULL: there is no file)? */
bool edit_holds(const struct edit *edit, const struct rope *text);
/* True when the path is still the very file that was read, with the same bytes. */
bool edit_still(const struct edit *edit);
/* True when somebody wrote into the file that was read, after that and whatever its name is now;
 * then before, file, base and block are read anew from it. */
bool edit_written(struct edit *edit, const char *label);

#endif
