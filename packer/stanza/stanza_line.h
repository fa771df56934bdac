/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One setting of a vendor's text: `keyword value`, with what the parsers of all eras take. */
#pragma once
#include "stanza.h"

typedef struct {
    SpStanza *stanza;
    SpFindings *findings;
    int line;
    gboolean lost; /* a line was, so that what is not there may have been */
} SpLineReader;

void sp_line_bad(SpLineReader *reader, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* The setting on a line whose first word stands at `at`, or NULL after a finding. Only its form is
 * judged, not its name. The caller's. */
SpStanzaLine *sp_line_read(SpLineReader *reader, const char *text, const char *at);
/* The same of a line that holds no setting. */
SpStanzaLine *sp_line_new(const SpLineReader *reader, const char *text);
void sp_line_free(gpointer data);
/* Whether a pattern compiles; else a finding. */
gboolean sp_line_check_pattern(SpLineReader *reader, const char *what, const char *pattern);
/* Looks the setting up: its keyword in a device (section SP_SECTIONS) or in a section, its value,
 * and whether any host gets it. FALSE after a finding that it is wrong. */
gboolean sp_line_judge(SpLineReader *reader, SpSection section, SpStanzaLine *line);
/* Is it a name that some section of multipath.conf has? */
gboolean sp_line_is_keyword(const char *name);
