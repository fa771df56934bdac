/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ISO 9660 image nobody vouches for: the volume's own records, then what libarchive makes of it,
 * then what libisofs makes of that. */
#define _GNU_SOURCE /* memfd_create */
#include "cleanup.h"
#include "image_in.h"
#include "judge_whole.h"
#include "packer.h"

#include <sys/mman.h>
#include <unistd.h>

#define SYSTEM_AREA                                                                                \
    ((size_t)16 * 2048) /* of which nothing is read, so that it is not in the input */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autofd int fd = memfd_create("image", MFD_CLOEXEC);
    must(fd >= 0 && pwrite(fd, data, size, SYSTEM_AREA) == (ssize_t)size);
    g_autoptr(GError) error = NULL;
    g_autoptr(SpVolume) volume = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    GPtrArray *entries = sp_image_read(fd, "x.iso", &volume, findings, &error);
    must_be_one(entries, error);
    must_be_said(findings);
    if (entries == NULL)
        return 0;
    must_stay_inside(entries);
    gsize total = 0;
    for (guint i = 0; i < entries->len; i++) {
        const SpEntry *entry = entries->pdata[i];
        total += entry->content != NULL ? g_bytes_get_size(entry->content) : 0;
    }
    must(total <= SYSTEM_AREA + size);
    g_autoptr(SpSurvey) survey = sp_survey_new("x.iso");
    g_ptr_array_unref(survey->entries);
    survey->entries = entries;
    survey->volume = g_steal_pointer(&volume);
    g_free(survey->volume_id);
    survey->volume_id = g_strdup(survey->volume->id);
    must(sp_judge_layout(fd, survey, survey->found, &error));
    must_be_said(survey->found);
    return 0;
}
