/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line a rule of verify: "id severity what must be". */
#include "verify_rules.h"

#include <stdio.h>

int main(void)
{
    for (SpRule rule = 0; rule < SP_RULES; rule++)
        (void)printf("%s %s %s\n", sp_rule_id(rule), sp_severity_word(sp_rule_severity(rule)),
                     sp_rule_about(rule));
    return 0;
}
