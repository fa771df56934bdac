/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of each line of a vendor's text on each host: what is written there, or why not.
 * Filled while the texts for the parsers are made; shown by lint and in a pack's README.txt. */
#pragma once
#include "finding.h"
#include "parser.h"

typedef enum {
    SP_FATE_WRITTEN,     /* delivered, in the vendor's words */
    SP_FATE_OTHER_WORDS, /* delivered, in words of these hosts that mean the same */
    SP_FATE_ANOTHER,     /* delivered, but what these hosts have means something else */
    SP_FATE_NEEDLESS,    /* left out, and nothing is lost by that */
    SP_FATE_UNKNOWN,     /* left out: these hosts have nothing for it */
    SP_FATE_SM,          /* left out of all hosts: XenServer's storage manager would break */
    SP_FATE_SITE,        /* left out of all hosts: an administrator's to decide */
    SP_FATE_NOWHERE,     /* left out of all hosts: no release reads it in that place */
    SP_FATE_OMITTED,     /* left out of all hosts: the description says `settings = omit` */
    SP_FATES
} SpFateKind;

typedef struct {
    char *file; /* the vendor's, as the user named it */
    int line;
    char *setting; /* "prio alua" */
    SpFateKind kind;
    char *text;           /* what is written in its place, or why it is left out; "" */
    SpParser first, last; /* the hosts it is said of */
    char *releases;       /* "7.1..7.2" where only these get the text; or "" */
} SpFate;

typedef struct {
    GPtrArray *fates; /* of SpFate, by file and parser as the texts were made */
    char *releases;   /* of the text that is being made; "" */
} SpDelivery;

SpDelivery *sp_delivery_new(void);
void sp_delivery_free(SpDelivery *delivery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpDelivery, sp_delivery_free)
/* The texts made from now on are for these releases alone; "": for all. */
void sp_delivery_for(SpDelivery *delivery, const char *releases);

/* Whoever makes a text for a parser tells of it here. Both may be NULL: hosts the pack is not for.
 */
typedef struct {
    const char *file;
    SpParser parser;
    SpFindings *findings;
    SpDelivery *delivery;
} SpTelling;

/* A finding about the hosts of the parser. One that is told of the parser before already is widened
 * to this one. A warning of hosts that nobody has is a note. */
void sp_tell(const SpTelling *telling, SpSeverity severity, const char *rule, int line,
             const char *format, ...) G_GNUC_PRINTF(5, 6);
/* What becomes of `name value` of a line. */
void sp_tell_fate(const SpTelling *telling, int line, const char *name, const char *value,
                  SpFateKind kind, const char *text);

/* "as-written", "other-words", "another", "needless", "unknown", "sm", "site", "nowhere",
 * "omitted" */
const char *sp_fate_word(SpFateKind kind);
gboolean sp_fate_is_delivered(SpFateKind kind);
/* The hosts a fate is said of; the caller frees. */
char *sp_fate_hosts(const SpFate *fate);
/* Line by line what hosts get, then host by host how much of it; lines of text that start with
 * `indent`, without its control characters' meaning. "" when nothing was told. The caller frees. */
char *sp_delivery_text(const SpDelivery *delivery, const char *indent);
