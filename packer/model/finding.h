/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with, or worth knowing about, an input: severity, rule id, place, one sentence.
 * Wrong input is a finding, not an error, so that all of it is told at once. */
#pragma once
#include <glib.h>

typedef enum { SP_INFO, SP_WARNING, SP_BAD } SpSeverity;

typedef struct {
    SpSeverity severity;
    const char *rule; /* static, a word such as "label-grammar" */
    char *file;       /* as the user named it */
    int line;         /* from 1; 0 when it is about the whole file */
    char *text;
    int parser;      /* SpParser: the first of the hosts it is about; -1: all of them */
    int last_parser; /* and the last */
} SpFinding;

typedef struct {
    GPtrArray *all;    /* of SpFinding, in order of discovery */
    guint bad;         /* how many are SP_BAD, with those that are not in `all` */
    guint unlisted[3]; /* how many of each severity are not, because there were too many */
    gsize room;        /* bytes of memory that more may take */
    SpFinding *newest; /* the last added, when it is not in `all`; NULL */
} SpFindings;

/* What an image has wrong with it must not fill the memory: a sentence is cut at 1 KiB, and past
 * 2 MiB findings are counted and not kept. */
SpFindings *sp_findings_new(void);
void sp_findings_free(SpFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpFindings, sp_findings_free)

/* Adds those of `from`, which stay its own. */
void sp_findings_copy(SpFindings *findings, const SpFindings *from);
void sp_findings_add(SpFindings *findings, SpSeverity severity, const char *rule, const char *file,
                     int line, const char *format, ...) G_GNUC_PRINTF(6, 7);
/* The new finding, which is the list's, so that more can be said of it. */
SpFinding *sp_findings_add_valist(SpFindings *findings, SpSeverity severity, const char *rule,
                                  const char *file, int line, const char *format, va_list args)
    G_GNUC_PRINTF(6, 0);
/* Takes the newest back. */
void sp_findings_drop_last(SpFindings *findings);
/* Of all severities, those that are not in `all`. */
guint sp_findings_unlisted(const SpFindings *findings);
guint sp_findings_count(const SpFindings *findings, SpSeverity severity);
/* "info", "warning", "error" */
const char *sp_severity_word(SpSeverity severity);
/* "file:line: hosts: sentence [rule]"; the caller frees. */
char *sp_finding_text(const SpFinding *finding);
/* The hosts it is about, "" for all of them; the caller frees. */
char *sp_finding_hosts(const SpFinding *finding);
/* A value for use in a sentence: cut to 48 characters, unprintable bytes as \xNN; caller frees. */
char *sp_shown(const char *value);
