/* SPDX-License-Identifier: MIT */
/* A text made of pieces of other texts: the file without ours and the file with ours share the
 * bytes that were read, so that an edit needs no second copy of them. */
#ifndef ROPE_H
#define ROPE_H

#include "text.h"

struct rope {
    struct text *piece; /* neighbours in memory are one piece; none is empty */
    size_t count, cap;
    size_t n;     /* bytes in all */
    char **owned; /* what was added by rope_own */
    size_t owned_count;
};

struct rope rope_of(struct text t);
void rope_free(struct rope *r);

void rope_add(struct rope *r, struct text t);
/* The same, and frees t.p (from malloc) with the rope. */
void rope_own(struct rope *r, char *p, size_t n);
/* The bytes [begin, end) of another rope, which must outlive this one. */
void rope_range(struct rope *r, const struct rope *from, size_t begin, size_t end);
/* Keeps the first n bytes. */
void rope_cut(struct rope *r, size_t n);

bool rope_eq(const struct rope *a, const struct rope *b);
char rope_byte(const struct rope *r, size_t at);
/* How many bytes at the beginning (end) are the same memory in both. */
size_t rope_same_head(const struct rope *a, const struct rope *b);
size_t rope_same_tail(const struct rope *a, const struct rope *b);

/* Reads forward through a rope. */
struct rope_eye {
    const struct rope *rope;
    size_t at;           /* moved forward by whoever reads, and only forward */
    size_t piece, begin; /* the piece last looked at and where it begins */
};

/* The next bytes as one text: at least `most` of them or all that are left, and never none of
 * what is left. `joined` holds them where they lie in two pieces; at least `most` bytes. */
struct text rope_join(struct rope_eye *eye, size_t most, char *joined);
static inline struct text rope_look(struct rope_eye *eye, size_t most, char *joined)
{
    const struct rope *r = eye->rope;
    if (eye->piece < r->count) {
        struct text piece = r->piece[eye->piece];
        size_t in = eye->at - eye->begin;
        if (in < piece.n && piece.n - in >= most)
            return text_sub(piece, in, piece.n);
    }
    return rope_join(eye, most, joined); /* near a piece's end */
}

/* The line at eye->at, its end of line ("\n", "\r\n" or a lone "\r") included, and moves behind
 * it. `head` is the line, cut where it is longer than ROPE_LINE; good until the next call. */
#define ROPE_LINE 1024
struct rope_line {
    size_t begin, end;
    struct text head;
    char joined[ROPE_LINE + 2];
};
bool rope_next_line(struct rope_eye *eye, struct rope_line *line);

/* All of it in one piece, behind what is in `out`. */
void rope_copy(const struct rope *r, struct buf *out);

#endif
