/* SPDX-License-Identifier: MIT */
/* The edit itself: text in, text out. Nothing here knows files, clocks or hosts.
 *
 * Our device blocks stand between two marker comments; where the file had no `devices` section one
 * is added between two more. What a pack says beside its devices (`defaults` and the like) stands
 * between two of its own, outside all sections. Laws, proved by mp_install on every result before
 * it returns one: mp_strip(mp_install(x)) = mp_strip(x)      mp_install(mp_install(x)) =
 * mp_install(x) the host's parser reads all of its old sections as before, and our devices besides.
 */
#ifndef MPCONF_H
#define MPCONF_H

#include "mpread.h"

struct mp_pack {
    const char *label, *version;
    struct text stanza; /* one or more `device { }` blocks in the host's dialect; empty: none */
    struct text
        settings; /* whole sections, each line with its end; empty: none. Goes with devices */
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
    struct mp_span whole;    /* markers included */
    struct mp_span lines;    /* between the markers */
    struct mp_span settings; /* the other one, markers included; empty: none */
    char version[80];        /* as its first marker has it */
    bool newline;            /* a line end was added before it */
};

/* The file without anything of ours: block, section, lines switched off; appended to out, which the
 * caller frees. False where the markers do not pair up; then out is undefined. */
bool mp_strip(struct text file, const char *label, struct buf *out, struct mp_block *block,
              struct mp_refusal *why);

/* The label of the pack whose block has the line that begins at `at`; empty where it is in none.
 * Asked in the order of the file; begun with {.file = file}. */
struct mp_labels {
    struct text file, label;
    size_t next;
};
struct text mp_label_at(struct mp_labels *labels, size_t at);

/* The number of the line that has the last byte before `end`, from 1. A line ends at "\n", "\r" or
 * both. */
unsigned mp_line(struct text file, size_t end);

/* What is done to a file: ours put in, and others' devices of `base` commented out. */
struct mp_edit {
    enum mp_era era;
    struct mp_pack pack;
    const struct mp_span *off; /* in order */
    size_t off_count;
    bool of_many; /* a file of the config_dir: what the parser rejects costs it a line, no more */
    bool first;   /* before all other devices; else where ours stands already, or behind the last */
};

/* Puts our block into `file`, of which `base` and `block` are what mp_strip made; in out, which the
 * caller frees. False where no place is safe. */
bool mp_install(struct text file, struct text base, const struct mp_block *block,
                const struct mp_edit *edit, struct buf *out, struct mp_refusal *why);

/* True when the lines between the markers are the stanza, blanks at both ends of lines aside. */
bool mp_block_is(struct text file, const struct mp_block *block, struct text stanza);

/* A unified diff with three lines around each change, appended to out; nothing when equal. */
void mp_diff(struct text before, struct text after, const char *path, struct buf *out);

#endif
