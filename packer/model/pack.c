/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pack.h"
#include "carried.h"

#include <string.h>

SpPack *sp_pack_new(void)
{
    SpPack *pack = g_new0(SpPack, 1);
    pack->carried = sp_carried_list();
    pack->delivery = sp_delivery_new();
    pack->ranges = g_ptr_array_new_with_free_func(sp_range_free);
    return pack;
}

void sp_pack_free(SpPack *pack)
{
    if (pack == NULL)
        return;
    g_free(pack->originator);
    g_free(pack->vendor);
    g_free(pack->label);
    g_free(pack->version);
    g_free(pack->description);
    g_free(pack->uuid);
    g_free(pack->guidance);
    g_free(pack->base_requires);
    g_free(pack->on_conflict);
    g_free(pack->settings);
    sp_delivery_free(pack->delivery);
    g_ptr_array_unref(pack->ranges);
    g_free(pack->eula_path);
    g_free(pack->notes_path);
    g_free(pack->appendix);
    g_clear_pointer(&pack->notes, g_bytes_unref);
    g_free(pack->storagelink_vendor);
    g_free(pack->storagelink_product);
    g_free(pack->storagelink_path);
    g_clear_pointer(&pack->storagelink_entry, g_bytes_unref);
    g_free(pack->storagelink_program_path);
    g_clear_pointer(&pack->storagelink_program, g_bytes_unref);
    g_free(pack->globs);
    g_free(pack->base_provides_path);
    g_ptr_array_unref(pack->carried);
    g_clear_pointer(&pack->precheck, g_bytes_unref);
    g_clear_pointer(&pack->remove, g_bytes_unref);
    g_clear_pointer(&pack->comps, g_bytes_unref);
    g_free(pack->key_file);
    g_clear_pointer(&pack->eula, g_bytes_unref);
    for (int i = 0; i < SP_STANZAS; i++)
        g_free(pack->stanza_path[i]);
    for (int i = 0; i < SP_PARSERS; i++)
        g_clear_pointer(&pack->text[i], g_bytes_unref);
    g_free(pack);
}

/* "platform-version >= 3.0.0" or ">" keeps 7.1 to 7.6 out: 3.0.0 is the first of 8 (packs.md F). */
static gboolean needs_8(const char *requires)
{
    g_auto(GStrv) needs = g_strsplit(requires != NULL ? requires : "", ",", -1);
    for (guint i = 0; needs[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit_set(g_strstrip(needs[i]), " ", -1);
        if (g_strv_length(words) == 3 && strcmp(words[0], "platform-version") == 0 &&
            strchr("><=", words[1][0]) != NULL && words[1][0] != '<' &&
            g_ascii_strtoull(words[2], NULL, 10) >= 3)
            return TRUE;
    }
    return FALSE;
}

SpParser sp_pack_first_parser(const SpPack *pack)
{
    if (pack->classic)
        return SP_0_4_7;
    return needs_8(pack->base_requires) ? SP_0_4_9_119 : SP_0_4_9_86;
}

SpParser sp_pack_text_owner(const SpPack *pack, SpParser parser)
{
    SpParser owner = SP_0_4_7;
    while (owner < parser && !g_bytes_equal(pack->text[owner], pack->text[parser]))
        owner++;
    return owner;
}

char *sp_pack_text_file(const SpPack *pack, SpParser parser)
{
    return g_strdup_printf("multipath-%s.conf", sp_parser_name(sp_pack_text_owner(pack, parser)));
}

void sp_pack_texts(const SpPack *pack, void (*add)(const char *file, GBytes *text, gpointer to),
                   gpointer to)
{
    for (SpParser p = SP_0_4_7; p < SP_PARSERS && pack->text[p] != NULL; p++) {
        if (sp_pack_text_owner(pack, p) != p)
            continue;
        g_autofree char *file = sp_pack_text_file(pack, p);
        add(file, pack->text[p], to);
    }
    for (guint i = 0; i < pack->ranges->len; i++) {
        const SpRange *range = pack->ranges->pdata[i];
        for (SpParser p = range->first; p <= range->last; p++) {
            if (range->text[p] == NULL || !sp_range_owns(range, p))
                continue;
            g_autofree char *file = sp_range_file(range, p);
            add(file, range->text[p], to);
        }
    }
}

gboolean sp_pack_has_guidance(const SpPack *pack, const char *token)
{
    g_auto(GStrv) tokens = g_strsplit(pack->guidance, ",", -1);
    return g_strv_contains((const char *const *)tokens, token);
}

static char *upper_with(const char *text, char other)
{
    char *upper = g_ascii_strup(text, -1);
    for (char *at = upper; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at))
            *at = other;
    return upper;
}

char *sp_pack_rpm_version(const SpPack *pack)
{
    return g_strdelimit(g_strdup(pack->version), "+-", '.');
}

char *sp_pack_key_name(const SpPack *pack)
{
    if (pack->key_file != NULL)
        return g_strdup(pack->key_file);
    g_autofree char *upper = upper_with(pack->vendor, '-');
    return g_strconcat("RPM-GPG-KEY-", upper, NULL);
}

char *sp_pack_volume_id(const char *label)
{
    char *upper = upper_with(label, '_');
    if (strlen(upper) > 32)
        upper[32] = '\0';
    return upper;
}

char *sp_pack_conf(const SpPack *pack)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "label=%s\nversion=%s\nuuid=%s\non-conflict=%s\n", pack->label,
                           pack->version, pack->uuid, pack->on_conflict);
    for (SpParser p = SP_0_4_7; p < SP_PARSERS; p++) {
        if (p > SP_0_4_7 && g_bytes_equal(pack->text[p], pack->text[p - 1]))
            continue;
        g_autofree char *file = sp_pack_text_file(pack, p);
        g_string_append_printf(out, "stanza=%s %s\n", sp_parser_name(p), file);
    }
    for (guint i = 0; i < pack->ranges->len; i++)
        sp_range_conf(pack->ranges->pdata[i], out);
    return g_string_free(out, FALSE);
}

char *sp_pack_storagelink_conf(const SpPack *pack)
{
    return g_strdup_printf("label=%s\r\nversion=%s\r\nvendor=%s\r\nproduct=%s\r\n", pack->label,
                           pack->version, pack->storagelink_vendor, pack->storagelink_product);
}
