/* SPDX-License-Identifier: MIT */
/* The rule file beside the program, as suppack writes it: lines key=value, ended by LF or CRLF.
 * label, version, vendor and product are required. */
#ifndef RULE_H
#define RULE_H

#include "sledit.h"

struct rule {
    struct text label, version; /* in the file's text */
    struct sl_rule edit;        /* edit.entry is empty */
};

/* False with the reason. `file` must outlive the rule. */
bool rule_read(struct text file, struct rule *rule, struct xml_refusal *why);

#endif
