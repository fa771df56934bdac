/* SPDX-License-Identifier: MIT */
/* The edit itself: text in, text out. Nothing here knows files, clocks or hosts.
 *
 * Our device blocks stand between two marker comments; where the file had no `devices` section one
 * is added between two more. Laws, proved by mp_install on every result before it returns one:
 *   mp_strip(mp_install(x)) = mp_strip(x)      mp_install(mp_install(x)) = mp_install(x)
 *   the host's parser reads its old devices as before, and ours behind them. */
#ifndef MPCONF_H
#define MPCONF_H

#include "mpread.h"

struct mp_pack {
    const char *label, *version;
    struct text stanza; /* one or more `device { }` blocks in the host's dialect; empty: none */
};

/* Why a file was refused. */
struct mp_refusal {
    unsigned line;      /* 0: the file as a whole */
    const char *reason; /* a constant */
};

struct mp_span {
    size_t begin, end;
};

/* Our block in a file; with more than one of them the first. */
struct mp_block {
    unsigned count;
    struct mp_span whole; /* markers included */
    struct mp_span lines; /* between the markers */
    char version[80];     /* as its first marker has it */
    bool newline;         /* a line end was added before it */
};

/* The file without anything of ours: block, section, lines switched off. False where the markers
 * do not pair up; then out is undefined. out's pieces lie in file's. */
bool mp_strip(const struct rope *file, const char *label, struct rope *out, struct mp_block *block,
              struct mp_refusal *why);

/* The number of the line that has the last byte before `end`, from 1. A line ends at "\n", "\r" or
 * both. */
unsigned mp_line(const struct rope *file, size_t end);

/* What is done to a file: ours put in, and others' devices of `base` commented out. */
struct mp_edit {
    enum mp_era era;
    struct mp_pack pack;
    const struct mp_span *off; /* in order */
    size_t off_count;
    const struct mp_reader *read; /* of base, at its end */
};

/* Puts our block into `file`, of which `base` and `block` are what mp_strip made: where it stands
 * already if it reads right there, else behind the last device. */
bool mp_install(const struct rope *file, const struct rope *base, const struct mp_block *block,
                const struct mp_edit *edit, struct rope *out, struct mp_refusal *why);

/* True when the lines between the markers are the stanza, blanks at both ends of lines aside. */
bool mp_block_is(const struct rope *file, const struct mp_block *block, struct text stanza);

/* A unified diff of two texts as one hunk with three lines around it; nothing when equal. */
void mp_diff(const struct rope *before, const struct rope *after, const char *path,
             struct buf *out);

/* Does `theirs` take the place of our vendor/product on that era's parser? */
enum mp_clash { MP_NO_CLASH, MP_SAME_DEVICE, MP_SHADOWS };
enum mp_clash mp_clash(const struct mp_device *theirs, const char *vendor, const char *product,
                       enum mp_era era, bool read_after_ours);

#endif
