/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "description.h"
#include "carry.h"
#include "dialect.h"
#include "entry_xml_in.h"
#include "fileio.h"
#include "grammar.h"
#include "ini.h"
#include "inside.h"
#include "listed.h"
#include "pattern.h"
#include "rules.h"
#include "setting.h"
#include "shipped_entry.h"
#include "stanza.h"

#include <string.h>

#define STANZA_LIMIT  ((gsize)64 * 1024)
#define EULA_LIMIT    ((gsize)256 * 1024)
#define NOTES_LIMIT   ((gsize)16 * 1024)
#define NOTES_WIDTH   110 /* as the rest of README.txt */
#define ENTRY_LIMIT   ((gsize)64 * 1024)
#define BASE_LIMIT    ((gsize)16 * 1024 * 1024)
#define PROGRAM_LIMIT ((gsize)4 * 1024 * 1024)

static const char *const stanza_keys[SP_STANZAS] = {"stanza", "stanza-el7", "stanza-el10"};

typedef struct {
    const char *path; /* of the description */
    const GPtrArray *fields;
    SpFindings *findings;
    gint64 *newest;
    char *dir;
} Source;

/* The path a key gives, "" when it gives none or a bad one. */
static const char *path_of(const Source *source, const char *section, const char *key)
{
    const char *path = sp_rules_value(source->fields, section, key);
    return sp_grammar_path(path) == NULL ? path : "";
}

/* Takes `cause`. TRUE when it is a finding: what is named is wrong; FALSE for an error. */
static gboolean blame(const Source *source, const char *section, const char *key, GError *cause,
                      GError **error)
{
    if (!g_error_matches(cause, SP_ERROR, SP_ERROR_INPUT)) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    sp_findings_add(source->findings, SP_BAD, "named-file", source->path,
                    sp_rules_line(source->fields, section, key), "%s: %s", key, cause->message);
    g_error_free(cause);
    return TRUE;
}

/* A file the description names. A file that is not there, not regular or too big is the
 * description's fault and so a finding; *failed tells an I/O error from it. */
static GBytes *read_named(const Source *source, const char *section, const char *key,
                          const char *name, gsize limit, gboolean *failed, GError **error)
{
    GError *cause = NULL;
    gint64 mtime = 0;
    GBytes *bytes = sp_inside_read(source->dir, name, limit, &mtime, &cause);
    if (bytes != NULL) {
        *source->newest = MAX(*source->newest, mtime);
        return bytes;
    }
    if (!blame(source, section, key, cause, error))
        *failed = TRUE;
    return NULL;
}

/* What it means, once its form is right. */
static void judge_stanza(const Source *source, SpStanza *stanza)
{
    sp_pattern_judge(stanza, source->findings);
    sp_setting_judge(stanza, source->findings);
    sp_listed_judge(stanza, source->findings);
    sp_shipped_entry_judge(stanza, source->findings);
    if (strcmp(sp_rules_value(source->fields, "multipath", "settings"), "omit") == 0)
        sp_stanza_omit_settings(stanza);
}

static SpStanza *read_stanza(const Source *source, const char *key, gboolean *failed,
                             GError **error)
{
    const char *name = path_of(source, "multipath", key);
    if (name[0] == '\0')
        return NULL;
    g_autoptr(GBytes) text =
        read_named(source, "multipath", key, name, STANZA_LIMIT, failed, error);
    if (text == NULL)
        return NULL;
    g_autofree char *shown = g_build_filename(source->dir, name, NULL);
    g_autoptr(SpStanza) stanza = sp_stanza_parse(shown, text, source->findings);
    if (stanza != NULL)
        judge_stanza(source, stanza);
    return g_steal_pointer(&stanza);
}

/* Which text a parser's is made of; *first is the first parser that one is for. */
static SpStanzaKey key_for(SpParser parser, const Source *source, const SpPack *pack,
                           SpParser *first)
{
    gboolean el7 = parser == SP_0_4_9_86 || parser == SP_0_4_9_119;
    SpStanzaKey key = el7 ? SP_STANZA_EL7 : parser >= SP_0_9_6 ? SP_STANZA_EL10 : SP_STANZA;
    *first = el7 ? MAX(SP_0_4_9_86, sp_pack_first_parser(pack)) : SP_0_9_6;
    return sp_rules_value(source->fields, "multipath", stanza_keys[key])[0] != '\0' ? key
                                                                                    : SP_STANZA;
}

/* The releases that have a text of their own, each in its parsers' words. */
static gboolean read_ranges(const Source *source, SpPack *pack, GError **error)
{
    gboolean failed = FALSE;
    for (guint i = 0; i < pack->ranges->len && !failed; i++) {
        SpRange *range = pack->ranges->pdata[i];
        g_autofree char *key = g_strconcat("stanza-", range->name, NULL);
        g_autoptr(SpStanza) stanza = read_stanza(source, key, &failed, error);
        sp_delivery_for(pack->delivery, range->name);
        for (SpParser p = range->first; p <= range->last && stanza != NULL; p++) {
            gboolean meant = p >= sp_pack_first_parser(pack);
            range->text[p] = sp_dialect_derive(stanza, p, meant ? source->findings : NULL,
                                               meant ? pack->delivery : NULL);
        }
    }
    sp_delivery_for(pack->delivery, "");
    return !failed;
}

static gboolean read_texts(const Source *source, SpPack *pack, GError **error)
{
    SpStanza *stanzas[SP_STANZAS] = {NULL};
    gboolean failed = FALSE;
    for (int i = 0; i < SP_STANZAS && !failed; i++)
        stanzas[i] = read_stanza(source, stanza_keys[i], &failed, error);
    for (SpParser p = SP_0_4_7; p < SP_PARSERS && !failed; p++) {
        SpParser first = p;
        SpStanzaKey key = key_for(p, source, pack, &first);
        if (stanzas[key] == NULL)
            continue;
        gboolean meant = p >= sp_pack_first_parser(pack);
        SpFindings *told = meant ? source->findings : NULL;
        SpDelivery *delivery = meant ? pack->delivery : NULL;
        pack->text[p] = key == SP_STANZA ? sp_dialect_derive(stanzas[key], p, told, delivery)
                                         : sp_dialect_take(stanzas[key], first, p, told, delivery);
    }
    for (int i = 0; i < SP_STANZAS; i++)
        sp_stanza_free(stanzas[i]);
    return !failed;
}

static gboolean read_eula(const Source *source, SpPack *pack, GError **error)
{
    const char *path = path_of(source, "pack", "eula");
    if (path[0] == '\0')
        return TRUE;
    gboolean failed = FALSE;
    pack->eula = read_named(source, "pack", "eula", path, EULA_LIMIT, &failed, error);
    gsize size = 0;
    const char *text = pack->eula != NULL ? g_bytes_get_data(pack->eula, &size) : NULL;
    if (pack->eula != NULL && (size == 0 || !g_utf8_validate(text, (gssize)size, NULL)))
        sp_findings_add(source->findings, SP_BAD, "eula-text", source->path,
                        sp_rules_line(source->fields, "pack", "eula"),
                        "eula '%s' must be UTF-8 text", path);
    return !failed;
}

/* Lines of plain text, for people. */
static gboolean are_notes(GBytes *notes)
{
    gsize size = 0, width = 0;
    const char *text = g_bytes_get_data(notes, &size);
    for (gsize i = 0; i < size; i++) {
        width = text[i] == '\n' ? 0 : width + 1;
        if ((text[i] != '\n' && !g_ascii_isprint(text[i])) || width > NOTES_WIDTH)
            return FALSE;
    }
    return size > 0 && text[size - 1] == '\n';
}

static gboolean read_notes(const Source *source, SpPack *pack, GError **error)
{
    const char *path = path_of(source, "pack", "notes");
    if (path[0] == '\0')
        return TRUE;
    gboolean failed = FALSE;
    pack->notes = read_named(source, "pack", "notes", path, NOTES_LIMIT, &failed, error);
    if (pack->notes != NULL && !are_notes(pack->notes))
        sp_findings_add(source->findings, SP_BAD, "notes-text", source->path,
                        sp_rules_line(source->fields, "pack", "notes"),
                        "notes '%s' must be lines of printable ASCII, each of at most %d", path,
                        NOTES_WIDTH);
    return !failed;
}

/* Whether it is our program but for a signature shows when the image is built. */
static gboolean read_program(const Source *source, SpPack *pack, GError **error)
{
    const char *path = path_of(source, "storagelink", "program");
    gboolean failed = FALSE;
    if (path[0] != '\0')
        pack->storagelink_program =
            read_named(source, "storagelink", "program", path, PROGRAM_LIMIT, &failed, error);
    return !failed;
}

static gboolean read_entry(const Source *source, SpPack *pack, GError **error)
{
    const char *path = path_of(source, "storagelink", "entry");
    if (path[0] == '\0')
        return TRUE;
    gboolean failed = FALSE;
    pack->storagelink_entry =
        read_named(source, "storagelink", "entry", path, ENTRY_LIMIT, &failed, error);
    GError *cause = NULL;
    if (pack->storagelink_entry != NULL &&
        !sp_entry_check(path, pack->storagelink_entry,
                        sp_rules_value(source->fields, "storagelink", "vendor"),
                        sp_rules_value(source->fields, "storagelink", "product"), &cause))
        return blame(source, "storagelink", "entry", cause, error);
    return !failed;
}

static gboolean open_rpms(const Source *source, GPtrArray *rpms, GError **error)
{
    const char *value = sp_rules_value(source->fields, "packages", "files");
    g_auto(GStrv) globs = g_strsplit_set(sp_grammar_globs(value) == NULL ? value : "", " \t", -1);
    for (guint i = 0; globs[i] != NULL; i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        GError *cause = NULL;
        if (globs[i][0] == '\0')
            continue;
        if (!sp_inside_match(source->dir, globs[i], names, &cause)) {
            if (!blame(source, "packages", "files", cause, error))
                return FALSE;
            continue;
        }
        if (names->len == 0)
            sp_findings_add(source->findings, SP_BAD, "files-none", source->path,
                            sp_rules_line(source->fields, "packages", "files"),
                            "files: nothing matches '%s'", globs[i]);
        for (guint k = 0; k < names->len; k++)
            if (!sp_carry_open_inside(rpms, source->dir, names->pdata[k], source->newest, &cause) &&
                !blame(source, "packages", "files", g_steal_pointer(&cause), error))
                return FALSE;
    }
    return TRUE;
}

static gboolean read_packages(const Source *source, const GPtrArray *paths, SpPack *pack,
                              GError **error)
{
    g_autoptr(GPtrArray) rpms = sp_carry_sources();
    if (!open_rpms(source, rpms, error))
        return FALSE;
    for (guint i = 0; paths != NULL && i < paths->len; i++)
        if (!sp_carry_open(rpms, paths->pdata[i], source->newest, error))
            return FALSE;
    if (rpms->len == 0)
        return TRUE;
    gboolean failed = FALSE;
    const char *name = path_of(source, "packages", "base-provides");
    g_autoptr(GBytes) base = name[0] != '\0' ? read_named(source, "packages", "base-provides", name,
                                                          BASE_LIMIT, &failed, error)
                                             : NULL;
    g_autofree char *shown = g_build_filename(source->dir, name, NULL);
    const SpCarryPlace place = {
        .file = source->path,
        .line = sp_rules_line(source->fields, "packages", "drivers"),
        .base_file = shown,
        .base = base,
    };
    return !failed && sp_carry_read(pack, rpms, &place, source->findings, error);
}

SpPack *sp_description_read(const char *path, const GPtrArray *rpms, gboolean no_classic,
                            SpFindings *findings, gint64 *newest, GError **error)
{
    gint64 mtime = 0;
    g_autoptr(GBytes) text = sp_read_path(path, SP_INI_LIMIT, &mtime, error);
    if (text == NULL)
        return NULL;
    *newest = MAX(*newest, mtime);
    g_autoptr(GPtrArray) fields = sp_ini_parse(path, text, findings);
    g_autoptr(SpPack) pack = sp_rules_apply(fields, path, findings);
    if (pack == NULL)
        pack = sp_pack_new(); /* refused; what is wrong with the files it names is told with it */
    pack->classic = pack->classic && !no_classic;
    g_autofree char *dir = g_path_get_dirname(path);
    Source source = {path, fields, findings, newest, dir};
    if (!read_texts(&source, pack, error) || !read_ranges(&source, pack, error) ||
        !read_eula(&source, pack, error) || !read_notes(&source, pack, error) ||
        !read_entry(&source, pack, error) || !read_program(&source, pack, error) ||
        !read_packages(&source, rpms, pack, error))
        return NULL;
    return findings->bad == 0 ? g_steal_pointer(&pack) : NULL;
}
