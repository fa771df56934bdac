/* SPDX-License-Identifier: MIT */
/* The marker lines, shared by the half that writes them and the half that takes them out. */
#ifndef MPMARK_H
#define MPMARK_H

#include "mpconf.h"

/* They are found again by their first words whatever stands behind the label, and with blanks in
 * front: SM's wwid editor puts a blank before every line it copies. */
#define BEGIN_BLOCK    "# BEGIN "
#define END_BLOCK      "# END "
#define BEGIN_SECTION  "# BEGIN-SECTION "
#define END_SECTION    "# END-SECTION "
#define BEGIN_SETTINGS "# BEGIN-SETTINGS "
#define END_SETTINGS   "# END-SETTINGS "
#define NEWLINE_ADDED  "[newline added]"

/* Fills why and returns false. */
static inline bool mp_refuse(struct mp_refusal *why, unsigned line, const char *reason)
{
    *why = (struct mp_refusal){line, reason};
    return false;
}

#endif
