/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic.h"

#include <string.h>

static void free_need(gpointer data)
{
    SpClassicNeed *need = data;
    g_free(need->originator);
    g_free(need->name);
    g_free(need->product);
    g_free(need->test);
    g_free(need->version);
    g_free(need);
}

static void free_package(gpointer data)
{
    SpClassicPackage *package = data;
    g_free(package->label);
    g_free(package->type);
    g_free(package->file);
    g_free(package->md5);
    g_free(package);
}

SpClassic *sp_classic_new(void)
{
    SpClassic *classic = g_new0(SpClassic, 1);
    classic->needs = g_ptr_array_new_with_free_func(free_need);
    classic->packages = g_ptr_array_new_with_free_func(free_package);
    return classic;
}

void sp_classic_free(SpClassic *classic)
{
    if (classic == NULL)
        return;
    g_free(classic->originator);
    g_free(classic->name);
    g_free(classic->product);
    g_free(classic->version);
    g_free(classic->description);
    g_ptr_array_unref(classic->needs);
    g_ptr_array_unref(classic->packages);
    g_free(classic);
}

SpClassicNeed *sp_classic_add_need(SpClassic *classic)
{
    SpClassicNeed *need = g_new0(SpClassicNeed, 1);
    g_ptr_array_add(classic->needs, need);
    return need;
}

SpClassicPackage *sp_classic_add_package(SpClassic *classic)
{
    SpClassicPackage *package = g_new0(SpClassicPackage, 1);
    g_ptr_array_add(classic->packages, package);
    return package;
}

SpClassic *sp_classic_from_pack(const SpPack *pack, const char *file, GBytes *rpm)
{
    SpClassic *classic = sp_classic_new();
    classic->originator = g_strdup(pack->originator);
    classic->name = g_strdup(pack->label);
    classic->product = g_strdup("XenServer");
    classic->version = g_strdup(pack->version);
    classic->description = g_strdup(pack->description);
    classic->homogeneous = pack->homogeneous;
    /* 5.6 is the first release with this format. Not 5.6.0: of two versions that are equal as far
     * as the shorter goes, the longer counts as newer. After 7.0 nothing reads this file. */
    SpClassicNeed *need = sp_classic_add_need(classic);
    *need = (SpClassicNeed){g_strdup("xs"), g_strdup("main"), g_strdup("XenServer"), g_strdup("ge"),
                            g_strdup("5.6")};
    SpClassicPackage *package = sp_classic_add_package(classic);
    *package = (SpClassicPackage){g_strdup(pack->label), g_strdup("rpm"), g_strdup(file),
                                  g_compute_checksum_for_bytes(G_CHECKSUM_MD5, rpm),
                                  (gint64)g_bytes_get_size(rpm)};
    return classic;
}

const SpClassicPackage *sp_classic_find(const SpClassic *classic, const char *file)
{
    for (guint i = 0; classic != NULL && i < classic->packages->len; i++) {
        const SpClassicPackage *package = classic->packages->pdata[i];
        if (strcmp(package->file, file) == 0)
            return package;
    }
    return NULL;
}

char *sp_classic_id(const SpClassic *classic)
{
    return g_strdup_printf("%s:%s", classic->originator, classic->name);
}

gboolean sp_classic_is_there(const GPtrArray *entries)
{
    static const char *const files[] = {SP_CLASSIC_REPOSITORY, SP_CLASSIC_PACKAGES, "install",
                                        "install.sh"};
    gboolean any = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        any = any || sp_tree_find(entries, files[i]) != NULL;
    return any;
}

gboolean sp_classic_is_program(const char *path)
{
    return strcmp(path, "install") == 0 || strcmp(path, "install.sh") == 0;
}

char *sp_classic_metadata_md5(const GPtrArray *entries)
{
    static const char *const files[] = {SP_CLASSIC_REPOSITORY, SP_CLASSIC_PACKAGES};
    g_autoptr(GChecksum) md5 = g_checksum_new(G_CHECKSUM_MD5);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const SpEntry *entry = sp_tree_find(entries, files[i]);
        if (entry == NULL || entry->content == NULL)
            return NULL;
        gsize size = 0;
        const guchar *data = g_bytes_get_data(entry->content, &size);
        g_checksum_update(md5, data, (gssize)size);
    }
    return g_strdup(g_checksum_get_string(md5));
}

/* Attributes are found by a greedy `.*NAME="`, which for `name` also finds `hostname`. */
static gboolean ambiguous(const char *tag, gsize length)
{
    g_autofree char *copy = g_strndup(tag, length);
    g_auto(GStrv) parts = g_strsplit(copy, "\"", -1); /* ` name=`, value, ` name=`, value, end */
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i += 2) {
        const char *blank = strrchr(parts[i], ' ');
        g_ptr_array_add(names, blank != NULL ? (char *)blank + 1 : parts[i]);
    }
    for (guint i = 0; i < names->len; i++)
        for (guint k = 0; k < names->len; k++)
            if (i != k && g_str_has_suffix(names->pdata[i], names->pdata[k]))
                return TRUE;
    return FALSE;
}

/* NULL, or what is wrong with the tags of a line. */
static const char *check_tags(const char *line)
{
    for (const char *at = line; (at = strpbrk(at, "<>")) != NULL;) {
        const char *end = at + 1 + strcspn(at + 1, "<>");
        if (*at == '>' || *end != '>')
            return "a tag is not closed on its line";
        guint quotes = 0;
        for (const char *in = at; in < end; in++)
            quotes += *in == '"';
        if (quotes % 2 != 0 || memchr(at, '\'', (gsize)(end - at)) != NULL)
            return "an attribute is not in double quotes";
        if (ambiguous(at + 1, (gsize)(end - at) - 1))
            return "the name of an attribute ends in another's";
        at = end + 1;
    }
    return NULL;
}

static const char *check_line(const char *line)
{
    for (const char *at = line; *at != '\0'; at++)
        if (!g_ascii_isprint(*at))
            return "a byte is not printable ASCII";
    if (strpbrk(line, "&\\") != NULL)
        return "there is a '&' or a '\\', which are not decoded";
    static const char *const whole[][2] = {{"<description", "</description>"},
                                           {"<package ", "</package>"}};
    for (gsize i = 0; i < G_N_ELEMENTS(whole); i++)
        if ((strstr(line, whole[i][0]) != NULL) != (strstr(line, whole[i][1]) != NULL))
            return "an element with text is not whole on its line";
    static const char *const bare[] = {"<requires>", "<requires/>", "<package>", "<package/>",
                                       "<!--"};
    for (gsize i = 0; i < G_N_ELEMENTS(bare); i++)
        if (strstr(line, bare[i]) != NULL)
            return "there is a comment, or a tag that needs attributes has none";
    return check_tags(line);
}

void sp_classic_check_text(const char *file, GBytes *text, SpFindings *findings)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *copy = g_strndup(size > 0 ? data : "", size);
    if (strlen(copy) != size)
        sp_findings_add(findings, SP_BAD, "classic-line", file, 0, "there is a NUL byte in it");
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *wrong = check_line(lines[i]);
        if (wrong != NULL)
            sp_findings_add(findings, SP_BAD, "classic-line", file, (int)i + 1, "%s", wrong);
    }
}
