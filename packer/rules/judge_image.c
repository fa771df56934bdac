/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

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
            sp_breach(findings, SP_RULE_STORAGELINK, files[i].path, 0,
                      "is missing, or is not the file that belongs there");
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
        sp_judge_volume(survey, findings);
    for (guint i = 0; i < survey->entries->len; i++)
        judge_entry(survey->entries->pdata[i], findings);
}
