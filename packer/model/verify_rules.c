/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify_rules.h"

#include <string.h>

static const struct {
    const char *id;
    SpSeverity severity;
    const char *about;
} rows[SP_RULES] = {
#define SP_RULE_ROW(name, id, severity, about) [SP_RULE_##name] = {id, SP_##severity, about},
    SP_VERIFY_RULES(SP_RULE_ROW)
#undef SP_RULE_ROW
};

const char *sp_rule_id(SpRule rule)
{
    return rows[rule].id;
}

SpSeverity sp_rule_severity(SpRule rule)
{
    return rows[rule].severity;
}

const char *sp_rule_about(SpRule rule)
{
    return rows[rule].about;
}

gboolean sp_rule_is_of_signing(const char *id)
{
    static const SpRule rules[] = {SP_RULE_UNSIGNED,
                                   SP_RULE_SIGNATURE,
                                   SP_RULE_SIGNATURE_UNTRUSTED,
                                   SP_RULE_SIGNATURE_KEY,
                                   SP_RULE_SIGNATURE_ALGORITHM,
                                   SP_RULE_SIGNATURE_ARMOR,
                                   SP_RULE_RPM_SIGNATURE,
                                   SP_RULE_RPM_SIGNATURE_ALGORITHM,
                                   SP_RULE_RPM_KEY,
                                   SP_RULE_KEY_FILE,
                                   SP_RULE_KEY_ARMOR,
                                   SP_RULE_KEY_COUNT,
                                   SP_RULE_KEY_UNTRUSTED,
                                   SP_RULE_KEY_ALGORITHM,
                                   SP_RULE_KEY_BINDING,
                                   SP_RULE_KEY_DEMO,
                                   SP_RULE_KEY_SUBKEY,
                                   SP_RULE_KEY_EXPIRED};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (strcmp(rows[rules[i]].id, id) == 0)
            return TRUE;
    return FALSE;
}

void sp_breach(SpFindings *findings, SpRule rule, const char *file, int line, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(findings, rows[rule].severity, rows[rule].id, file, line, format, args);
    va_end(args);
}
