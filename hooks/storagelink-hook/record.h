/* SPDX-License-Identifier: MIT */
/* What this pack did to a device identification file, kept beside it: the way back. Lines
 * key=value, ended by CRLF; written before anything is touched. */
#ifndef RECORD_H
#define RECORD_H

#include "sledit.h"

struct record {
    bool open;                         /* a run has begun and did not end */
    bool removes;                      /* that run was to take ours out */
    struct text label, pack;           /* of the pack; its version */
    struct text vendor, product;       /* of the entry */
    struct text before, after;         /* the file's version: of the original, with ours in it */
    struct text sha_before, sha_after; /* of the file: before the last run, and as it left it */
    struct text inserted;              /* hex; empty: nothing was put in yet */
    size_t at;                         /* where, in bytes */
    unsigned version_at, like;         /* what the user chose */
    struct text adapter;               /* the installer that was run; empty: none */
    struct text service;               /* its state before, as "running" */
};

void record_write(const struct record *r, struct buf *out);
/* False where it is no record. `file` must outlive it. */
bool record_read(struct text file, struct record *r);
/* The bytes of r->inserted; the caller frees. */
struct buf record_inserted(const struct record *r);
void record_hex(struct text bytes, struct buf *out);

#endif
