/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"
#include "sums.h"
#include "verify_rules.h"

#include <string.h>

#define TOLD_MAX 100

typedef struct {
    const SpSurvey *survey;
    SpFindings *findings;
    guint told;
    GHashTable *files;  /* path -> SpEntry */
    GHashTable *listed; /* of those, what was met */
} Reading;

static gboolean tells(Reading *reading)
{
    return reading->told++ < TOLD_MAX;
}

static void judge_entry(Reading *reading, const SpSums *line)
{
    const char *path = line->path->str;
    SpEntry *entry = g_hash_table_lookup(reading->files, path);
    if (entry == NULL) {
        if (tells(reading))
            sp_breach(reading->findings, SP_RULE_SUMS_FILES, path, 0,
                      "is in " SP_SUMS " and no file on the image that it could vouch for");
        return;
    }
    g_hash_table_add(reading->listed, entry->path);
    if (g_strcmp0(sp_entry_sha256(entry), line->digest) != 0 && tells(reading))
        sp_breach(reading->findings, SP_RULE_SUMS_DIGEST, entry->path, 0,
                  "has another SHA-256 than " SP_SUMS " says: it was changed, or is damaged");
}

static void judge_lines(Reading *reading, GBytes *text)
{
    g_autoptr(GString) before = g_string_new(NULL);
    g_auto(SpSums) sums;
    sp_sums_open(&sums, text);
    while (sp_sums_next(&sums)) {
        if (sums.digest[0] == '\0') {
            if (tells(reading))
                sp_breach(reading->findings, SP_RULE_SUMS_GRAMMAR, SP_SUMS, sums.line,
                          "is not 64 lower-case hexadecimal digits, two blanks, a path inside the "
                          "image and a line end");
            continue;
        }
        if (strcmp(sums.path->str, before->str) <= 0 && tells(reading))
            sp_breach(reading->findings, SP_RULE_SUMS_GRAMMAR, SP_SUMS, sums.line,
                      "is not in order of path, or lists a path again");
        g_string_assign(before, sums.path->str);
        judge_entry(reading, &sums);
    }
}

static void judge_rest(Reading *reading)
{
    const GPtrArray *entries = reading->survey->entries;
    for (guint i = 0; i < entries->len; i++) {
        const SpEntry *entry = entries->pdata[i];
        if (sp_sums_wants(entry) && !g_hash_table_contains(reading->listed, entry->path) &&
            tells(reading))
            sp_breach(reading->findings, SP_RULE_SUMS_FILES, entry->path, 0,
                      "is not in " SP_SUMS ": whoever made the image did not put it there");
    }
}

void sp_judge_sums(const SpSurvey *survey, SpFindings *findings)
{
    const SpEntry *sums = sp_tree_find(survey->entries, SP_SUMS);
    if (sums == NULL)
        return;
    if (sums->content == NULL) {
        sp_breach(findings, SP_RULE_SUMS_GRAMMAR, SP_SUMS, 0, "is a folder");
        return;
    }
    g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < survey->entries->len; i++) {
        SpEntry *entry = survey->entries->pdata[i];
        if (sp_sums_wants(entry))
            g_hash_table_insert(files, entry->path, entry);
    }
    Reading reading = {survey, findings, 0, files, listed};
    judge_lines(&reading, sums->content);
    judge_rest(&reading);
    if (reading.told > TOLD_MAX)
        sp_breach(findings, SP_RULE_SUMS_FILES, SP_SUMS, 0, "and %u more of that kind",
                  reading.told - TOLD_MAX);
}
