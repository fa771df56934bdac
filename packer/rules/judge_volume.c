/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

#define SECTOR       ((gint64)2048)
#define FIRST_SECTOR 16 /* before it is the system area */
#define TOLD_MAX     20

static void judge_size(const SpSurvey *survey, SpFindings *findings)
{
    const SpVolume *volume = survey->volume;
    gint64 sectors = volume->size / SECTOR;
    if (volume->size % SECTOR != 0)
        sp_breach(findings, SP_RULE_IMAGE_SIZE, survey->file, 0,
                  "has %" G_GINT64_FORMAT " bytes, not whole sectors of 2048", volume->size);
    if (sectors != volume->sectors)
        sp_breach(findings, SP_RULE_IMAGE_SIZE, survey->file, 0,
                  "has %" G_GINT64_FORMAT " sectors, its volume %" G_GINT64_FORMAT, sectors,
                  volume->sectors);
}

/* The label in capitals, as far as 32 letters go; any other id that says something is as good. */
static void judge_id(const SpSurvey *survey, SpFindings *findings)
{
    const char *id = survey->volume->id;
    gboolean good = id[0] != '\0' && strcmp(id, "CDROM") != 0 && strcmp(id, "ISOIMAGE") != 0;
    for (const char *at = id; *at != '\0'; at++)
        good = good && g_ascii_isprint(*at);
    g_autofree char *shown = sp_shown(id);
    if (!good)
        sp_breach(findings, SP_RULE_VOLUME_ID, survey->file, 0,
                  "its volume id '%s' does not say which pack it is", shown);
}

/* One list, read alike by all: of two of a kind some readers take the first, others the last. */
static void judge_descriptors(const SpSurvey *survey, SpFindings *findings)
{
    const GArray *all = survey->volume->descriptors;
    gboolean ended = FALSE, joliet = FALSE;
    for (guint i = 0; i < all->len; i++) {
        const SpDescriptor *one = &g_array_index(all, SpDescriptor, i);
        const char *what = NULL;
        if (ended)
            what = "goes on behind the end of the volume's descriptors";
        else if (one->type == 1 && i > 0)
            what = "is a second primary descriptor";
        else if (one->type == 2 && !one->is_joliet)
            what = "is a supplementary descriptor, and not Joliet's";
        else if (one->type == 2 && joliet)
            what = "is a second Joliet descriptor";
        else if (one->type == 0)
            what = "is a boot record, which no pack needs";
        else if (one->type > 2 && one->type != 255)
            what = "is a descriptor no pack needs";
        else if (one->version != 1)
            what = "is a descriptor of another version than 1";
        g_autofree char *place = g_strdup_printf("sector %u", one->sector);
        if (what != NULL)
            sp_breach(findings, SP_RULE_IMAGE_DESCRIPTORS, place, 0, "%s (%s, type %u)", what,
                      one->id, one->type);
        ended = ended || one->type == 255;
        joliet = joliet || one->is_joliet;
    }
    if (!survey->volume->is_ended)
        sp_breach(findings, SP_RULE_IMAGE_DESCRIPTORS, survey->file, 0,
                  "the list of its descriptors has no end");
}

/* Files may be one file under several names. All else has its bytes for itself: what is two things
 * at once is read as one by one reader, as the other by the next. */
static void judge_areas(const SpVolume *volume, SpFindings *findings)
{
    SpArea before = {0, FIRST_SECTOR * SECTOR, FALSE};
    guint told = 0;
    for (guint i = 0; i < volume->areas->len && told < TOLD_MAX; i++) {
        const SpArea *area = &g_array_index(volume->areas, SpArea, i);
        gboolean same = area->is_file && before.is_file && area->start == before.start &&
                        area->end == before.end;
        if (area->start < before.end && !same) {
            g_autofree char *place =
                g_strdup_printf("sector %" G_GINT64_FORMAT, area->start / SECTOR);
            sp_breach(findings, SP_RULE_IMAGE_EXTENTS, place, 0,
                      "what is stored there lies over something else");
            told++;
        }
        if (area->end > before.end || same)
            before = *area;
    }
}

static void judge_stray(const SpVolume *volume, SpFindings *findings)
{
    for (guint i = 0; i < volume->stray->len; i++) {
        gint64 at = g_array_index(volume->stray, gint64, i);
        g_autofree char *place = g_strdup_printf("sector %" G_GINT64_FORMAT, at / SECTOR);
        sp_breach(findings, SP_RULE_IMAGE_STRAY, place, 0,
                  "byte %d: is not zero, and nothing is stored there", (int)(at % SECTOR));
    }
}

static void judge_trees(const SpVolume *volume, SpFindings *findings)
{
    for (guint i = 0; i < volume->rock->len; i++) {
        const SpVolumeNode *node = volume->rock->pdata[i];
        const SpVolumeNode *other = sp_volume_find(volume->joliet, node->path);
        if (other == NULL)
            sp_breach(findings, SP_RULE_IMAGE_TREES, node->path, 0, "is not in the Joliet tree");
        else if (other->is_dir != node->is_dir ||
                 (!node->is_dir &&
                  (other->size != node->size || (node->size > 0 && other->extent != node->extent))))
            sp_breach(findings, SP_RULE_IMAGE_TREES, node->path, 0,
                      "is another file in the Joliet tree");
    }
    for (guint i = 0; i < volume->joliet->len; i++) {
        const SpVolumeNode *node = volume->joliet->pdata[i];
        if (sp_volume_find(volume->rock, node->path) == NULL)
            sp_breach(findings, SP_RULE_IMAGE_TREES, node->path, 0, "is in the Joliet tree only");
    }
}

static void judge_content(const SpSurvey *survey, SpFindings *findings)
{
    const GPtrArray *nodes = survey->volume->rock;
    if (!survey->volume->is_whole) /* there was one reader alone, and that is told */
        return;
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        const SpVolumeNode *node = sp_volume_find(nodes, entry->path);
        if (node == NULL || node->is_dir != entry->is_dir || !node->same)
            sp_breach(findings, SP_RULE_IMAGE_CONTENT, entry->path, 0,
                      "two readers of the image do not get the same");
    }
    for (guint i = 0; i < nodes->len; i++) {
        const SpVolumeNode *node = nodes->pdata[i];
        if (i > 0 && strcmp(node->path, ((const SpVolumeNode *)nodes->pdata[i - 1])->path) == 0)
            sp_breach(findings, SP_RULE_IMAGE_CONTENT, node->path, 0, "is there twice");
        else if (sp_tree_find(survey->entries, node->path) == NULL)
            sp_breach(findings, SP_RULE_IMAGE_CONTENT, node->path, 0,
                      "is seen by one reader of the image only");
    }
}

void sp_judge_volume(const SpSurvey *survey, SpFindings *findings)
{
    const SpVolume *volume = survey->volume;
    judge_size(survey, findings);
    judge_id(survey, findings);
    judge_descriptors(survey, findings);
    judge_areas(volume, findings);
    judge_stray(volume, findings);
    sp_judge_names(volume, findings);
    if (!volume->has_rock)
        sp_breach(findings, SP_RULE_IMAGE_ROCK_RIDGE, survey->file, 0,
                  "has no Rock Ridge names and modes, which every host reads");
    else
        judge_content(survey, findings);
    if (!volume->has_joliet)
        sp_breach(findings, SP_RULE_IMAGE_JOLIET, survey->file, 0,
                  "has no Joliet tree, in which XenCenter looks for update.xml");
    if (volume->has_rock && volume->has_joliet)
        judge_trees(volume, findings);
    if (!volume->is_one_time)
        sp_breach(findings, SP_RULE_IMAGE_TIME, survey->file, 0,
                  "has files and folders of another time stamp than its root");
}
