/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The blocks of a vendor's text while it is read: which is open, what it may hold, what its end
 * makes of it. */
#pragma once
#include "stanza_line.h"

#define SP_DEPTH_MAX 8

typedef enum {
    SP_TOP,
    SP_IN_DEVICES,
    SP_IN_DEVICE,
    SP_IN_DEFAULTS,
    SP_IN_BLACKLIST,
    SP_IN_EXCEPTIONS,
    SP_IN_LISTED, /* a device of the two before */
    SP_IN_OVERRIDES,
    SP_IN_PROTOCOL,
    SP_IN_MULTIPATHS,
    SP_IN_MULTIPATH,
    SP_IN_UNKNOWN
} SpBlock;

typedef struct {
    SpLineReader reader;
    SpBlock stack[SP_DEPTH_MAX];
    int started[SP_DEPTH_MAX]; /* the line of each */
    guint depth;
    char *pending;        /* a word whose '{' has to stand on the next line, or NULL */
    char *indent;         /* of the `device {` in a wrapper, which its lines lose */
    SpDevice *open;       /* the block we are in, or NULL; the stanza's */
    SpStanzaLine *listed; /* the same of a blacklist; the stanza's */
} SpBlocks;

/* The innermost open one, or SP_TOP. */
SpBlock sp_blocks_now(const SpBlocks *parse);
/* Does the word open a block inside of that one, and which? */
gboolean sp_block_opens(const char *word, SpBlock inside, SpBlock *block);
/* Opens the block of a word, whose line is `text`; one that belongs further out ends those that are
 * open, with a finding. */
void sp_blocks_open(SpBlocks *parse, const char *word, const char *text);
/* Closes one for each '}' at `at`. */
void sp_blocks_close(SpBlocks *parse, const char *text, const char *at);
/* Adds a line, which is taken, to the open device; in a wrapper, without its indentation. */
void sp_blocks_keep(SpBlocks *parse, SpStanzaLine *line);
/* Is there nothing, or a comment? */
gboolean sp_is_idle(const char *at);
