/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

#define SECTOR 2048

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

static void judge_volume(const SpSurvey *survey, SpFindings *findings)
{
    const SpVolume *volume = survey->volume;
    judge_size(survey, findings);
    judge_id(survey, findings);
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

static void judge_entry(const SpEntry *entry, SpFindings *findings)
{
    static const guint modes[] = {0755, 0555, 0644, 0444};
    gboolean good = FALSE;
    for (gsize i = 0; i < (entry->is_dir ? 2 : G_N_ELEMENTS(modes)); i++)
        good = good || entry->mode == modes[i];
    if (!good)
        sp_breach(findings, SP_RULE_IMAGE_MODE, entry->path, 0, "mode %04o is not %s", entry->mode,
                  entry->is_dir ? "0755 or 0555" : "0644, 0444, 0755 or 0555");
    if (entry->uid != 0 || entry->gid != 0)
        sp_breach(findings, SP_RULE_IMAGE_OWNER, entry->path, 0, "owner is %u:%u, not 0:0",
                  entry->uid, entry->gid);
}

/* Nothing signs this half, so what it is can only be looked at. */
static void judge_storagelink(const SpSurvey *survey, SpFindings *findings)
{
    static const struct {
        const char *path, *begins;
    } files[] = {{"storagelink/README.txt", ""},
                 {"storagelink/storagelink.conf", "label="},
                 {"storagelink/storagelink-hook.exe", "MZ"}};
    if (sp_tree_find(survey->entries, "storagelink") == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const SpEntry *entry = sp_tree_find(survey->entries, files[i].path);
        gsize size = 0, wanted = strlen(files[i].begins);
        const char *data = entry != NULL && entry->content != NULL
                               ? g_bytes_get_data(entry->content, &size)
                               : NULL;
        if (entry == NULL || entry->is_dir || size <= wanted ||
            memcmp(data, files[i].begins, wanted) != 0)
            sp_breach(findings, SP_RULE_STORAGELINK, files[i].path, 0, "is not there, or not it");
        else if (i == 1 && survey->update != NULL) {
            g_autofree char *head = g_strdup_printf("label=%s\r\nversion=%s\r\n",
                                                    survey->update->label, survey->update->version);
            if (size < strlen(head) || memcmp(data, head, strlen(head)) != 0)
                sp_breach(findings, SP_RULE_STORAGELINK, files[i].path, 0,
                          "is of another pack or version than update.xml");
        }
    }
}

void sp_judge_image(const SpSurvey *survey, SpFindings *findings)
{
    judge_storagelink(survey, findings);
    if (survey->volume != NULL)
        judge_volume(survey, findings);
    for (guint i = 0; i < survey->entries->len; i++)
        judge_entry(survey->entries->pdata[i], findings);
}
