/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts as people keep and publish them: what editors, word processors and web pages put in the
 * place of plain characters is found, named, and read as what it stands for where that is sure. */
#pragma once
#include "finding.h"

/* UTF-8 without a byte order mark. UTF-16 is converted, with a SP_WARNING; half a character at its
 * end is SP_BAD and gives NULL. Other bytes are left as they are. The caller unrefs. */
GBytes *sp_published_utf8(const char *file, GBytes *text, SpFindings *findings);

typedef struct {
    char *text;   /* plain, up to the first character that stands for nothing plain */
    char *mended; /* which characters were read as others, and where they come from; or NULL */
    char *wrong;  /* which one stands for nothing, and where it comes from; or NULL */
} SpPublishedLine;

/* One line without its end. A byte that is not UTF-8 counts as one of Windows-1252. */
void sp_published_line(const char *data, gsize length, SpPublishedLine *line);
void sp_published_line_clear(SpPublishedLine *line);
