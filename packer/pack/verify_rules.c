/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify_rules.h"

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

void sp_breach(SpFindings *findings, SpRule rule, const char *file, int line, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(findings, rows[rule].severity, rows[rule].id, file, line, format, args);
    va_end(args);
}
