/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge_whole.h"
#include "epoch.h"
#include "fileio.h"
#include "image_out.h"
#include "pack.h"
#include "verify_rules.h"

#include <string.h>

typedef struct {
    SpEntry *entry;
    guint32 extent;
} Place;

/* Folders before what is in them, then files as they lie on the image: in that order they were
 * given to who wrote it. */
static gint by_place(gconstpointer a, gconstpointer b)
{
    const Place *one = a, *other = b;
    if (one->entry->is_dir != other->entry->is_dir)
        return one->entry->is_dir ? -1 : 1;
    if (!one->entry->is_dir && one->extent != other->extent)
        return one->extent < other->extent ? -1 : 1;
    return strcmp(one->entry->path, other->entry->path);
}

/* The survey's entries; NULL when a reader could not get at one of them. */
static GPtrArray *in_order(const SpSurvey *survey)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
    for (guint i = 0; i < survey->entries->len; i++) {
        Place place = {.entry = survey->entries->pdata[i]};
        const SpVolumeNode *node = sp_volume_find(survey->volume->rock, place.entry->path);
        if (node == NULL || (!place.entry->is_dir && place.entry->content == NULL))
            return NULL;
        place.extent = node->extent;
        g_array_append_val(places, place);
    }
    g_array_sort(places, by_place);
    GPtrArray *entries = g_ptr_array_new();
    for (guint i = 0; i < places->len; i++)
        g_ptr_array_add(entries, g_array_index(places, Place, i).entry);
    return entries;
}

/* The time is the one the signature of repomd.xml covers; so is the label. */
static SpLayout *lay(const SpSurvey *survey, const GPtrArray *entries, GError **error)
{
    guint64 epoch = 0;
    if (survey->repodata == NULL ||
        !g_ascii_string_to_unsigned(survey->repodata->revision, 10, 0, SP_EPOCH_MAX, &epoch, NULL))
        epoch = (guint64)CLAMP(survey->volume->made, 0, SP_EPOCH_MAX);
    g_autofree char *volume_id = survey->update != NULL ? sp_pack_volume_id(survey->update->label)
                                                        : g_strdup(survey->volume_id);
    return sp_image_lay(volume_id, entries, (gint64)epoch, error);
}

gboolean sp_judge_layout(int fd, const SpSurvey *survey, SpFindings *findings, GError **error)
{
    g_autoptr(GBytes) image = sp_map_fd(fd, survey->file, NULL, error);
    if (image == NULL)
        return FALSE;
    if (!sp_layout_is_claimed(image)) {
        sp_breach(findings, SP_RULE_IMAGE_MAKER, survey->file, 0,
                  "was not laid out by suppack: only the other rules judge the bytes between the "
                  "files");
        return TRUE;
    }
    g_autoptr(GError) cause = NULL;
    g_autoptr(GPtrArray) entries = in_order(survey);
    g_autoptr(SpLayout) layout = entries != NULL ? lay(survey, entries, &cause) : NULL;
    if (layout == NULL)
        sp_breach(findings, SP_RULE_IMAGE_LAYOUT, survey->file, 0,
                  "suppack cannot write these files again: %s",
                  cause != NULL ? cause->message : "two readers do not get the same of them");
    else
        sp_layout_judge(layout, image, survey->volume, findings);
    return TRUE;
}

gboolean sp_judge_whole(int fd, const SpSurvey *survey, const SpDemand *demand,
                        SpFindings *findings, GError **error)
{
    sp_survey_judge(survey, demand, findings);
    return sp_judge_layout(fd, survey, findings, error);
}
