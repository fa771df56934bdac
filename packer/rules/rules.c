/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules.h"
#include "epoch.h"
#include "grammar.h"
#include "nearest.h"
#include "uuid.h"

#include <stddef.h>
#include <string.h>

typedef struct {
    const char *section;
    const char *key;
    const char *rule; /* the id findings about its value carry */
    SpGrammar grammar;
    gboolean required;
    const char *fallback;
    size_t offset;                 /* of a char * in SpPack, or NOWHERE */
    char *(*normal)(const char *); /* one spelling for lists, or NULL */
} Row;

#define NOWHERE   ((size_t)-1)
#define AT(field) offsetof(SpPack, field)

static const Row rows[] = {
    {"pack", "originator", "originator-grammar", sp_grammar_originator, TRUE, "", AT(originator),
     NULL},
    {"pack", "vendor", "vendor-grammar", sp_grammar_vendor, TRUE, "", AT(vendor), NULL},
    {"pack", "label", "label-grammar", sp_grammar_label, TRUE, "", AT(label), NULL},
    {"pack", "version", "version-grammar", sp_grammar_version, TRUE, "", AT(version), NULL},
    {"pack", "description", "description-grammar", sp_grammar_text, TRUE, "", AT(description),
     NULL},
    {"pack", "uuid", "uuid-grammar", sp_grammar_uuid, FALSE, "", AT(uuid), NULL},
    {"pack", "guidance", "guidance-grammar", sp_grammar_guidance, FALSE, "", AT(guidance),
     sp_normal_guidance},
    {"pack", "homogeneous", "yes-or-no", sp_grammar_yes_no, FALSE, "no", NOWHERE, NULL},
    {"pack", "date", "date-grammar", sp_grammar_date, FALSE, "", NOWHERE, NULL},
    {"pack", "eula", "path-grammar", sp_grammar_path, FALSE, "", AT(eula_path), NULL},
    {"pack", "notes", "path-grammar", sp_grammar_path, FALSE, "", AT(notes_path), NULL},
    {"targets", "classic", "yes-or-no", sp_grammar_yes_no, FALSE, "no", NOWHERE, NULL},
    {"targets", "modern", "yes-or-no", sp_grammar_yes_no, FALSE, "yes", NOWHERE, NULL},
    {"targets", "base-requires", "requires-grammar", sp_grammar_requires, FALSE, "",
     AT(base_requires), sp_normal_requires},
    {"multipath", "stanza", "path-grammar", sp_grammar_path, FALSE, "", AT(stanza_path[SP_STANZA]),
     NULL},
    {"multipath", "stanza-el7", "path-grammar", sp_grammar_path, FALSE, "",
     AT(stanza_path[SP_STANZA_EL7]), NULL},
    {"multipath", "stanza-el10", "path-grammar", sp_grammar_path, FALSE, "",
     AT(stanza_path[SP_STANZA_EL10]), NULL},
    {"multipath", "on-conflict", "on-conflict", sp_grammar_conflict, FALSE, "keep", AT(on_conflict),
     NULL},
    {"multipath", "settings", "settings", sp_grammar_settings, FALSE, "deliver", AT(settings),
     NULL},
    {"storagelink", "vendor", "inquiry-grammar", sp_grammar_inquiry_vendor, FALSE, "",
     AT(storagelink_vendor), NULL},
    {"storagelink", "product", "inquiry-grammar", sp_grammar_inquiry_product, FALSE, "",
     AT(storagelink_product), NULL},
    {"storagelink", "entry", "path-grammar", sp_grammar_path, FALSE, "", AT(storagelink_path),
     NULL},
    {"storagelink", "program", "path-grammar", sp_grammar_path, FALSE, "",
     AT(storagelink_program_path), NULL},
    {"packages", "files", "files-grammar", sp_grammar_globs, FALSE, "", AT(globs), NULL},
    {"packages", "drivers", "yes-or-no", sp_grammar_yes_no, FALSE, "no", NOWHERE, NULL},
    {"packages", "base-provides", "path-grammar", sp_grammar_path, FALSE, "",
     AT(base_provides_path), NULL},
};

SpField *sp_field_new(const char *section, const char *key, const char *value, int line)
{
    SpField *field = g_new0(SpField, 1);
    field->section = g_strdup(section);
    field->key = g_strdup(key);
    field->value = g_strdup(value);
    field->line = line;
    return field;
}

void sp_field_free(SpField *field)
{
    g_free(field->section);
    g_free(field->key);
    g_free(field->value);
    g_free(field);
}

static const SpField *find_field(const GPtrArray *fields, const char *section, const char *key)
{
    for (guint i = 0; i < fields->len; i++) {
        const SpField *field = fields->pdata[i];
        if (strcmp(field->section, section) == 0 && strcmp(field->key, key) == 0)
            return field;
    }
    return NULL;
}

int sp_rules_line(const GPtrArray *fields, const char *section, const char *key)
{
    const SpField *field = find_field(fields, section, key);
    return field != NULL ? field->line : 0;
}

const char *sp_rules_value(const GPtrArray *fields, const char *section, const char *key)
{
    const SpField *field = find_field(fields, section, key);
    return field != NULL ? field->value : "";
}

/* A key `stanza-7.1..7.2`, or one that means to be such. */
static gboolean is_range(const SpField *field)
{
    const char *must = NULL;
    if (strcmp(field->section, "multipath") != 0)
        return FALSE;
    SpRange *range = sp_range_new(field->key, &must);
    gboolean any = range != NULL || must != NULL;
    sp_range_free(range);
    return any;
}

static void find_unknown(const GPtrArray *fields, const char *file, SpFindings *findings)
{
    for (guint i = 0; i < fields->len; i++) {
        const SpField *field = fields->pdata[i];
        gboolean section = FALSE, key = FALSE;
        SpNearest nearest_section = {.word = field->section}, nearest_key = {.word = field->key};
        if (is_range(field))
            continue;
        for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
            gboolean same = strcmp(field->section, rows[k].section) == 0;
            section = section || same;
            key = key || (same && strcmp(field->key, rows[k].key) == 0);
            sp_nearest_offer(&nearest_section, rows[k].section);
            if (same)
                sp_nearest_offer(&nearest_key, rows[k].key);
        }
        g_autofree char *question = sp_nearest_question(section ? &nearest_key : &nearest_section);
        g_autofree char *s = sp_shown(field->section), *k = sp_shown(field->key);
        if (!section && field->key[0] == '\0')
            sp_findings_add(findings, SP_BAD, "unknown-section", file, field->line,
                            "there is no section '[%s]'%s", s, question);
        else if (!section)
            sp_findings_add(findings, SP_BAD, "unknown-section", file, field->line,
                            "key '%s' is in the unknown section '[%s]'%s", k, s, question);
        else if (!key && field->key[0] != '\0')
            sp_findings_add(findings, SP_BAD, "unknown-key", file, field->line,
                            "unknown key '%s' in section '[%s]'%s", k, s, question);
    }
}

/* `whole`: no line was lost, so that what is not there was not given. */
static void apply_row(const Row *row, const GPtrArray *fields, const char *file, gboolean whole,
                      SpPack *pack, SpFindings *findings)
{
    const SpField *field = find_field(fields, row->section, row->key);
    const char *value = field != NULL && field->value[0] != '\0' ? field->value : NULL;
    if (value == NULL && row->required && (whole || field != NULL))
        sp_findings_add(findings, SP_BAD, "missing-key", file, field != NULL ? field->line : 0,
                        "%s of section '[%s]' must be given", row->key, row->section);
    const char *must = value != NULL ? row->grammar(value) : NULL;
    if (must != NULL) {
        g_autofree char *shown = sp_shown(value);
        sp_findings_add(findings, SP_BAD, row->rule, file, field->line, "%s '%s' %s", row->key,
                        shown, must);
        value = NULL;
    }
    if (row->offset == NOWHERE)
        return;
    if (value == NULL)
        value = row->fallback;
    char **slot = (char **)(void *)((char *)pack + row->offset);
    *slot = row->normal != NULL && value[0] != '\0' ? row->normal(value) : g_strdup(value);
}

static void apply_ranges(const GPtrArray *fields, const char *file, SpPack *pack,
                         SpFindings *findings)
{
    for (guint i = 0; i < fields->len; i++) {
        const SpField *field = fields->pdata[i];
        if (!is_range(field))
            continue;
        const char *must = NULL;
        SpRange *range = sp_range_new(field->key, &must);
        const char *path = must == NULL ? sp_grammar_path(field->value) : NULL;
        const char *bad = must != NULL ? field->key : field->value;
        g_autofree char *shown = sp_shown(bad);
        if (must != NULL || (field->value[0] != '\0' && path != NULL))
            sp_findings_add(findings, SP_BAD, must != NULL ? "range-grammar" : "path-grammar", file,
                            field->line, "%s '%s' %s", field->key, shown,
                            must != NULL ? must : path);
        if (must != NULL || path != NULL || field->value[0] == '\0') {
            sp_range_free(range);
            continue;
        }
        range->line = field->line;
        range->path = g_strdup(field->value);
        for (guint k = 0; k < pack->ranges->len; k++) {
            const SpRange *other = pack->ranges->pdata[k];
            if (sp_range_overlaps(range, other))
                sp_findings_add(findings, SP_BAD, "range-overlap", file, field->line,
                                "%s has releases that line %d has too", field->key, other->line);
        }
        g_ptr_array_add(pack->ranges, range);
    }
}

/* "acme-1-2" with version 1.2: XenCenter and rpm would see every version as another pack. */
static void check_label_version(const SpPack *pack, const GPtrArray *fields, const char *file,
                                SpFindings *findings)
{
    if (pack->label[0] == '\0' || pack->version[0] == '\0')
        return;
    for (const char *joint = "-_"; *joint != '\0'; joint++) {
        g_autofree char *spelled = g_strdelimit(g_strdup(pack->version), ".", *joint);
        gsize length = strlen(spelled);
        for (const char *at = strstr(pack->label, spelled); at != NULL;
             at = strstr(at + 1, spelled)) {
            gboolean whole =
                (at == pack->label || !g_ascii_isdigit(at[-1])) && !g_ascii_isdigit(at[length]);
            if (!whole)
                continue;
            sp_findings_add(
                findings, SP_BAD, "label-version", file, sp_rules_line(fields, "pack", "label"),
                "label '%s' must not contain the version %s", pack->label, pack->version);
            return;
        }
    }
}

static void check_targets(const GPtrArray *fields, const char *file, SpFindings *findings)
{
    if (strcmp(sp_rules_value(fields, "targets", "modern"), "no") != 0)
        return;
    gboolean classic = strcmp(sp_rules_value(fields, "targets", "classic"), "yes") == 0;
    sp_findings_add(findings, SP_BAD, "no-target", file, sp_rules_line(fields, "targets", "modern"),
                    classic ? "modern 'no': an image of the classic half alone is not built by "
                              "this version of suppack"
                            : "modern 'no' leaves nothing to build");
}

static gboolean is_given(const GPtrArray *fields, const char *section, const char *key)
{
    return sp_rules_value(fields, section, key)[0] != '\0';
}

/* A pack has settings of its own, or carries RPMs, or both. */
static void check_content(const GPtrArray *fields, const GPtrArray *ranges, const char *file,
                          gboolean whole, SpFindings *findings)
{
    static const struct {
        const char *section, *key, *value, *needed, *holder; /* value: NULL for any */
    } needs[] = {{"packages", "drivers", "yes", "packages", "files"},
                 {"packages", "base-provides", NULL, "packages", "files"},
                 {"multipath", "stanza-el7", NULL, "multipath", "stanza"},
                 {"multipath", "stanza-el10", NULL, "multipath", "stanza"},
                 {"storagelink", "vendor", NULL, "storagelink", "product"},
                 {"storagelink", "product", NULL, "storagelink", "vendor"},
                 {"storagelink", "entry", NULL, "storagelink", "vendor"},
                 {"storagelink", "program", NULL, "storagelink", "vendor"},
                 /* installers look for it in a package of the pack's own */
                 {"pack", "eula", NULL, "multipath", "stanza"}};
    if (!whole)
        return;
    for (guint i = 0; i < ranges->len && !is_given(fields, "multipath", "stanza"); i++)
        sp_findings_add(findings, SP_BAD, "key-alone", file,
                        ((const SpRange *)ranges->pdata[i])->line,
                        "stanza-%s is given, but no stanza of section '[multipath]'",
                        ((const SpRange *)ranges->pdata[i])->name);
    if (!is_given(fields, "multipath", "stanza") && !is_given(fields, "packages", "files"))
        sp_findings_add(findings, SP_BAD, "missing-key", file,
                        sp_rules_line(fields, "multipath", "stanza"),
                        "stanza of section '[multipath]' or files of section '[packages]' must be "
                        "given");
    for (gsize i = 0; i < G_N_ELEMENTS(needs); i++)
        if (is_given(fields, needs[i].section, needs[i].key) &&
            (needs[i].value == NULL ||
             strcmp(sp_rules_value(fields, needs[i].section, needs[i].key), needs[i].value) == 0) &&
            !is_given(fields, needs[i].needed, needs[i].holder))
            sp_findings_add(findings, SP_BAD, "key-alone", file,
                            sp_rules_line(fields, needs[i].section, needs[i].key),
                            "%s is given, but no %s of section '[%s]'", needs[i].key,
                            needs[i].holder, needs[i].needed);
}

/* Classic packs get their payload from the stanza; ready RPMs are built for el7 at the earliest. */
static void settle_halves(SpPack *pack, const GPtrArray *fields, const char *file,
                          SpFindings *findings)
{
    pack->bare = !is_given(fields, "multipath", "stanza");
    if (!pack->classic || pack->globs[0] == '\0')
        return;
    sp_findings_add(findings, SP_INFO, "classic-carried", file,
                    sp_rules_line(fields, "targets", "classic"),
                    "the carried RPMs are not for XenServer 5.6 to 7.0%s",
                    pack->bare ? ", so the image has no half for them" : "");
    pack->classic = !pack->bare;
}

SpPack *sp_rules_apply(const GPtrArray *fields, const char *file, SpFindings *findings)
{
    guint before = findings->bad;
    g_autoptr(SpPack) pack = sp_pack_new();
    find_unknown(fields, file, findings);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        apply_row(&rows[i], fields, file, before == 0, pack, findings);
    apply_ranges(fields, file, pack, findings);
    check_label_version(pack, fields, file, findings);
    check_targets(fields, file, findings);
    check_content(fields, pack->ranges, file, before == 0, findings);
    if (findings->bad != before)
        return NULL;
    pack->homogeneous = strcmp(sp_rules_value(fields, "pack", "homogeneous"), "yes") == 0;
    if (!sp_epoch_of_date(sp_rules_value(fields, "pack", "date"), &pack->date))
        pack->date = -1;
    pack->classic = strcmp(sp_rules_value(fields, "targets", "classic"), "yes") == 0;
    pack->drivers = strcmp(sp_rules_value(fields, "packages", "drivers"), "yes") == 0;
    pack->storagelink = is_given(fields, "storagelink", "vendor");
    settle_halves(pack, fields, file, findings);
    if (pack->uuid[0] == '\0') {
        g_free(pack->uuid);
        pack->uuid = sp_uuid_derive(pack->originator, pack->label, pack->version);
    }
    return g_steal_pointer(&pack);
}
