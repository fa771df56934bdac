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
    g_free(package->kernel);
    g_free(package);
}

SpClassic *sp_classic_new(void)
{
    SpClassic *classic = g_new0(SpClassic, 1);
    classic->originator = g_strdup("");
    classic->name = g_strdup("");
    classic->product = g_strdup("");
    classic->version = g_strdup("");
    classic->description = g_strdup("");
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

static void set(char **slot, const char *value)
{
    g_free(*slot);
    *slot = g_strdup(value);
}

SpClassic *sp_classic_from_pack(const SpPack *pack, const char *file, GBytes *rpm)
{
    SpClassic *classic = sp_classic_new();
    set(&classic->originator, pack->originator);
    set(&classic->name, pack->label);
    set(&classic->product, "XenServer");
    set(&classic->version, pack->version);
    set(&classic->description, pack->description);
    classic->homogeneous = pack->homogeneous;
    /* 5.6 is the first release with this format. Not 5.6.0: of two versions that are equal as far
     * as the shorter goes, the longer counts as newer. After 7.0 nothing reads this file. */
    SpClassicNeed *need = sp_classic_add_need(classic);
    *need = (SpClassicNeed){g_strdup("xs"), g_strdup("main"), g_strdup("XenServer"),
                            g_strdup("ge"), g_strdup("5.6"),  0};
    SpClassicPackage *package = sp_classic_add_package(classic);
    *package = (SpClassicPackage){g_strdup(pack->label),
                                  g_strdup("rpm"),
                                  g_strdup(file),
                                  g_compute_checksum_for_bytes(G_CHECKSUM_MD5, rpm),
                                  g_strdup(""),
                                  (gint64)g_bytes_get_size(rpm),
                                  0};
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
