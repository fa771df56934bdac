/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carry.h"
#include "carried.h"
#include "cleanup.h"
#include "fileio.h"
#include "inside.h"
#include "rpmfile.h"

#include <string.h>

#define BATCH 64 /* RPMs of which the list of files is in memory at a time */

static void free_source(gpointer data)
{
    SpCarrySource *source = data;
    g_free(source->path);
    g_bytes_unref(source->bytes);
    g_free(source);
}

GPtrArray *sp_carry_sources(void)
{
    return g_ptr_array_new_with_free_func(free_source);
}

/* Takes `bytes`, which may be NULL for what could not be read. */
static gboolean add_source(GPtrArray *sources, const char *path, GBytes *bytes, gint64 when,
                           gint64 *mtime)
{
    if (bytes == NULL)
        return FALSE;
    *mtime = MAX(*mtime, when);
    SpCarrySource *source = g_new0(SpCarrySource, 1);
    *source = (SpCarrySource){g_strdup(path), bytes};
    g_ptr_array_add(sources, source);
    return TRUE;
}

gboolean sp_carry_open(GPtrArray *sources, const char *path, gint64 *mtime, GError **error)
{
    gint64 when = 0;
    GBytes *bytes = sp_map_path(path, &when, error);
    return add_source(sources, path, bytes, when, mtime);
}

gboolean sp_carry_open_inside(GPtrArray *sources, const char *dir, const char *name, gint64 *mtime,
                              GError **error)
{
    autofd int fd = sp_inside_open(dir, name, error);
    g_autofree char *path = g_build_filename(dir, name, NULL);
    gint64 when = 0;
    GBytes *bytes = fd >= 0 ? sp_map_fd(fd, path, &when, error) : NULL;
    return add_source(sources, path, bytes, when, mtime);
}

/* The packages of the pack's own are there as well. */
static void provide_own(SpRpmReader *reader, const SpPack *pack)
{
    for (SpRole role = SP_PAYLOAD; role <= SP_CONTROL && pack->label != NULL; role++) {
        if (!sp_role_wanted(role, pack))
            continue;
        g_autofree char *name = sp_role_package(role, pack);
        g_autofree char *version = sp_pack_rpm_version(pack);
        g_autofree char *capability = g_strdup_printf("%s = %s-1", name, version);
        (void)sp_rpm_reader_provide(reader, capability);
    }
}

static void provide_base(SpRpmReader *reader, const SpPack *pack, const SpCarryPlace *place,
                         SpFindings *findings)
{
    /* rpm itself cannot run a scriptlet without it. */
    (void)sp_rpm_reader_provide(reader, "/bin/sh");
    g_auto(GStrv) promised =
        g_strsplit(pack->base_requires != NULL ? pack->base_requires : "", ", ", -1);
    for (guint i = 0; promised[i] != NULL; i++)
        sp_rpm_reader_promise(reader, promised[i]);
    gsize size = 0;
    const char *data = place->base != NULL ? g_bytes_get_data(place->base, &size) : NULL;
    g_autofree char *text = g_strndup(data != NULL ? data : "", size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *line = g_strstrip(lines[i]);
        if (line[0] == '\0' || line[0] == '#' || sp_rpm_reader_provide(reader, line))
            continue;
        g_autofree char *shown = sp_shown(line);
        sp_findings_add(findings, SP_BAD, "base-provides", place->base_file, (int)i + 1,
                        "'%s' is neither 'name', 'name op version' nor the path of a file", shown);
    }
}

typedef struct {
    const SpPackage *first;
    const char *wanted;
    guint others;
} Gap;

/* `known`: what is wanted -> Gap, which is one of `gaps`. */
static void look(GPtrArray *gaps, GHashTable *known, const SpPackage *package,
                 const GPtrArray *wanted)
{
    for (guint i = 0; i < wanted->len; i++) {
        const char *name = wanted->pdata[i];
        if (name[0] == '(') /* a rich one, which is refused as it is */
            continue;
        Gap *gap = g_hash_table_lookup(known, name);
        if (gap != NULL) {
            gap->others += gap->first != package;
            continue;
        }
        gap = g_new0(Gap, 1);
        *gap = (Gap){package, name, 0};
        g_ptr_array_add(gaps, gap);
        g_hash_table_insert(known, (gpointer)name, gap);
    }
}

/* One finding a capability, not a package: what dom0 lacks, thousands of RPMs may need. */
static GPtrArray *find_gaps(const SpPack *pack)
{
    GPtrArray *gaps = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < pack->carried->len; i++) {
        const SpPackage *package = ((SpCarried *)pack->carried->pdata[i])->package;
        look(gaps, known, package, package->open);
        look(gaps, known, package, package->clash);
    }
    return gaps;
}

static void tell_gaps(const SpPack *pack, const SpCarryPlace *place, SpFindings *findings)
{
    g_autoptr(GPtrArray) gaps = find_gaps(pack);
    for (guint i = 0; i < gaps->len; i++) {
        const Gap *gap = gaps->pdata[i];
        g_autofree char *shown = sp_shown(gap->wanted);
        g_autofree char *others =
            gap->others > 0 ? g_strdup_printf(", as %u more do", gap->others) : g_strdup("");
        if (place->base != NULL)
            sp_findings_add(findings, SP_BAD, "requires-missing", gap->first->file, 0,
                            "%s requires '%s'%s: neither the pack nor '%s' provides it",
                            gap->first->name, shown, others, place->base_file);
        else
            sp_findings_add(findings, SP_WARNING, "requires-missing", gap->first->file, 0,
                            "%s requires '%s'%s: no RPM of the pack provides it, so dom0 must; "
                            "base-provides can say that it does",
                            gap->first->name, shown, others);
    }
}

/* Reads sources[from, to) and judges each by itself. */
static gboolean read_some(SpRpmReader *reader, SpPack *pack, const GPtrArray *sources, guint from,
                          guint to, gboolean *modules, SpFindings *findings, GError **error)
{
    for (guint i = from; i < to; i++) {
        const SpCarrySource *source = sources->pdata[i];
        SpPackage *package = sp_rpm_describe(reader, source->path, source->bytes, error);
        if (package == NULL)
            return FALSE;
        sp_carried_add(pack->carried, package, source->path, source->bytes);
    }
    if (!sp_rpm_check(reader, error))
        return FALSE;
    for (guint i = from; i < to; i++) {
        SpPackage *package = ((SpCarried *)pack->carried->pdata[i])->package;
        sp_carried_judge(pack, package, findings);
        *modules = *modules || sp_carried_has_module(package);
        g_ptr_array_set_size(package->files, 0); /* thousands of packages list millions of them */
    }
    return TRUE;
}

gboolean sp_carry_read(SpPack *pack, const GPtrArray *sources, const SpCarryPlace *place,
                       SpFindings *findings, GError **error)
{
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    sp_rpm_reader_allow(reader, G_MAXINT64); /* the user's own files */
    g_autoptr(GPtrArray) packages = g_ptr_array_new();
    gboolean modules = FALSE;
    for (guint i = 0; i < sources->len; i += BATCH)
        if (!read_some(reader, pack, sources, i, MIN(i + BATCH, sources->len), &modules, findings,
                       error))
            return FALSE;
    for (guint i = 0; i < sources->len; i++)
        g_ptr_array_add(packages, ((SpCarried *)pack->carried->pdata[i])->package);
    provide_own(reader, pack);
    provide_base(reader, pack, place, findings);
    sp_rpm_resolve(reader, packages);
    sp_carried_sort(pack->carried);
    sp_carried_judge_all(pack, modules, place->file, place->line, findings);
    tell_gaps(pack, place, findings);
    return TRUE;
}
