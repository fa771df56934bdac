/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_targets.h"

#include <stdlib.h>
#include <string.h>

/* As xcp/version.py does: arc by arc, and of two that agree so far the longer is the later. */
static int compare_versions(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        char *rest_a = NULL, *rest_b = NULL;
        unsigned long arc_a = strtoul(a, &rest_a, 10), arc_b = strtoul(b, &rest_b, 10);
        if (arc_a != arc_b)
            return arc_a < arc_b ? -1 : 1;
        a = *rest_a == '.' ? rest_a + 1 : "";
        b = *rest_b == '.' ? rest_b + 1 : "";
    }
    return (*a != '\0') - (*b != '\0');
}

static gboolean passes(const char *test, int order)
{
    const struct {
        const char *test;
        gboolean holds;
    } tests[] = {{"eq", order == 0}, {"ne", order != 0}, {"lt", order < 0},
                 {"gt", order > 0},  {"le", order <= 0}, {"ge", order >= 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        if (strcmp(test, tests[i].test) == 0)
            return tests[i].holds;
    return TRUE; /* what cannot be tested is another rule's */
}

static gboolean allows(const SpClassic *classic, const char *release)
{
    for (guint i = 0; i < classic->needs->len; i++) {
        const SpClassicNeed *need = classic->needs->pdata[i];
        if (strcmp(need->name, "main") == 0 &&
            !passes(need->test, compare_versions(release, need->version)))
            return FALSE;
    }
    return TRUE;
}

SpClassicTargets sp_classic_targets(const SpClassic *classic)
{
    static const struct {
        const char *version;
        gboolean x86_64, el5;
    } releases[] = {{"5.6.0", FALSE, TRUE}, {"5.6.100", FALSE, TRUE}, {"6.0.0", FALSE, TRUE},
                    {"6.0.2", FALSE, TRUE}, {"6.1.0", FALSE, TRUE},   {"6.2.0", FALSE, TRUE},
                    {"6.5.0", TRUE, TRUE},  {"7.0.0", TRUE, FALSE}};
    SpClassicTargets targets = {FALSE, FALSE, FALSE};
    for (gsize i = 0; i < G_N_ELEMENTS(releases); i++) {
        if (!allows(classic, releases[i].version))
            continue;
        targets.el5 |= releases[i].el5;
        targets.x86_64 |= releases[i].x86_64;
        targets.i386 |= !releases[i].x86_64;
    }
    return targets;
}
