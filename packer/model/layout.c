/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout.h"
#include "verify_rules.h"

#include <string.h>

#define SECTOR      ((gsize)2048)
#define PRIMARY     16 /* sectors of the descriptors, as libisofs places them */
#define JOLIET      17
#define APPLICATION 574 /* bytes of a descriptor (ECMA-119 8.4.20) */
#define ID_SIZE     128
#define TOLD_MAX    8 /* sectors of one image */

SpLayout *sp_layout_new(void)
{
    return g_new0(SpLayout, 1);
}

void sp_layout_free(SpLayout *layout)
{
    if (layout == NULL)
        return;
    g_clear_pointer(&layout->records, g_bytes_unref);
    g_free(layout);
}

/* The application id in the descriptor at that sector; NULL when there is no such sector. */
static const guint8 *application(GBytes *bytes, guint sector)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    return size >= (sector + 1) * SECTOR ? data + sector * SECTOR + APPLICATION : NULL;
}

/* Joliet's texts have two bytes a letter, the first of them zero here. */
static gboolean begins(const guint8 *id, gsize width)
{
    for (gsize i = 0; i < strlen(SP_LAYOUT_MAKER); i++)
        if (id[i * width + width - 1] != (guint8)SP_LAYOUT_MAKER[i] ||
            (width == 2 && id[i * width] != 0))
            return FALSE;
    return TRUE;
}

gboolean sp_layout_is_claimed(GBytes *image)
{
    const guint8 *primary = application(image, PRIMARY), *joliet = application(image, JOLIET);
    return (primary != NULL && begins(primary, 1)) || (joliet != NULL && begins(joliet, 2));
}

/* By this very version: one descriptor is enough, so that no byte of the other is free. */
static gboolean is_of_this_version(const SpLayout *layout, GBytes *image)
{
    for (guint sector = PRIMARY; sector <= JOLIET; sector++) {
        const guint8 *meant = application(layout->records, sector);
        const guint8 *found = application(image, sector);
        if (meant != NULL && found != NULL && memcmp(meant, found, ID_SIZE) == 0)
            return TRUE;
    }
    return FALSE;
}

static guint32 number(const guint8 *data, gboolean big)
{
    guint32 value = 0;
    for (gsize i = 0; i < 4; i++)
        value = value << 8 | data[big ? i : 3 - i];
    return value;
}

/* One of the path tables, or the root folder, of a descriptor of the layout. */
static const char *own_of_descriptor(const SpLayout *layout, guint descriptor, guint sector)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(layout->records, &size);
    if (size < (descriptor + 1) * SECTOR)
        return NULL;
    data += descriptor * SECTOR;
    /* ECMA-119 8.4.12 to 8.4.18 */
    const struct {
        guint32 first;
        gsize size;
        const char *what;
    } places[] = {
        {number(data + 140, FALSE), number(data + 132, FALSE), "a path table"},
        {number(data + 148, TRUE), number(data + 132, FALSE), "a path table, big endian"},
        {number(data + 158, FALSE), number(data + 166, FALSE), "the records of the root folder"}};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (sector >= places[i].first &&
            sector < places[i].first + (places[i].size + SECTOR - 1) / SECTOR)
            return places[i].what;
    return NULL;
}

static const SpVolumeNode *folder_at(const GPtrArray *tree, guint sector)
{
    for (guint i = 0; i < tree->len; i++) {
        const SpVolumeNode *node = tree->pdata[i];
        if (node->is_dir && sector >= node->extent &&
            (gint64)(sector - node->extent) < node->size / (gint64)SECTOR)
            return node;
    }
    return NULL;
}

/* What is in that sector, in words; the caller frees. */
static char *what_is_at(const SpLayout *layout, const SpVolume *volume, guint sector)
{
    static const char *const first[] = {"the primary volume descriptor", "Joliet's descriptor",
                                        "the last of the descriptors"};
    if (sector < PRIMARY)
        return g_strdup("the system area");
    if (sector < PRIMARY + G_N_ELEMENTS(first))
        return g_strdup(first[sector - PRIMARY]);
    const char *own = own_of_descriptor(layout, PRIMARY, sector);
    if (own != NULL)
        return g_strdup(own);
    own = own_of_descriptor(layout, JOLIET, sector);
    if (own != NULL)
        return g_strconcat(own, " (Joliet)", NULL);
    const SpVolumeNode *folder = folder_at(volume->rock, sector);
    gboolean joliet = folder == NULL;
    if (joliet)
        folder = folder_at(volume->joliet, sector);
    if (folder == NULL)
        return g_strdup("the records of the volume");
    g_autofree char *shown = sp_shown(folder->path);
    return g_strdup_printf("the records of folder '%s'%s", shown, joliet ? " (Joliet)" : "");
}

static void tell(const SpLayout *layout, const SpVolume *volume, guint sector, const guint8 *meant,
                 const guint8 *found, SpFindings *findings)
{
    gsize at = 0, count = 0;
    for (gsize i = SECTOR; i > 0; i--)
        if (meant[i - 1] != found[i - 1]) {
            at = i - 1;
            count++;
        }
    g_autofree char *place = g_strdup_printf("sector %u", sector);
    g_autofree char *what = what_is_at(layout, volume, sector);
    sp_breach(findings, SP_RULE_IMAGE_LAYOUT, place, 0,
              "byte %zu: is 0x%02x, and 0x%02x when suppack writes these files: %s, where %zu "
              "byte%s differ%s",
              at, found[at], meant[at], what, count, count == 1 ? "" : "s", count == 1 ? "s" : "");
}

static void compare(const SpLayout *layout, GBytes *image, const SpVolume *volume,
                    SpFindings *findings)
{
    gsize size = 0, all = 0;
    const guint8 *meant = g_bytes_get_data(layout->records, &size);
    const guint8 *found = g_bytes_get_data(image, &all);
    guint differing = 0;
    if ((gint64)all != layout->size)
        sp_breach(findings, SP_RULE_IMAGE_LAYOUT, "size", 0,
                  "has %zu bytes, and %" G_GINT64_FORMAT " when suppack writes these files", all,
                  layout->size);
    for (gsize at = 0; at + SECTOR <= MIN(size, all); at += SECTOR)
        if (memcmp(meant + at, found + at, SECTOR) != 0 && differing++ < TOLD_MAX)
            tell(layout, volume, (guint)(at / SECTOR), meant + at, found + at, findings);
    if (differing > TOLD_MAX)
        sp_breach(findings, SP_RULE_IMAGE_LAYOUT, "sectors", 0,
                  "%u more are not as suppack writes them", differing - TOLD_MAX);
}

/* The layout as another version would write it that does the same: with the image's own ids. */
static SpLayout *as_said_by(const SpLayout *layout, GBytes *image)
{
    SpLayout *other = sp_layout_new();
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(layout->records, &size);
    g_autofree guint8 *copy = g_memdup2(data, size);
    for (guint sector = PRIMARY; sector <= JOLIET; sector++) {
        const guint8 *said = application(image, sector);
        if (said != NULL && application(layout->records, sector) != NULL)
            memcpy(copy + sector * SECTOR + APPLICATION, said, ID_SIZE);
    }
    other->records = g_bytes_new_take(g_steal_pointer(&copy), size);
    other->size = layout->size;
    return other;
}

void sp_layout_judge(const SpLayout *layout, GBytes *image, const SpVolume *volume,
                     SpFindings *findings)
{
    if (is_of_this_version(layout, image)) {
        compare(layout, image, volume, findings);
        return;
    }
    g_autoptr(SpFindings) differences = sp_findings_new();
    g_autoptr(SpLayout) other = as_said_by(layout, image);
    compare(other, image, volume, differences);
    if (differences->bad > 0)
        sp_breach(findings, SP_RULE_IMAGE_MAKER, "sector 16", 0,
                  "says that another version of suppack laid the image out, and this one does it "
                  "otherwise: only the other rules judge the bytes between the files");
}
