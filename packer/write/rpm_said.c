/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_said.h"

#include <rpm/rpmlog.h>

struct SpRpmSaid {
    GMutex lock; /* librpmbuild logs from its OpenMP threads */
    GString *text;
    char *shown;
};

static int keep(rpmlogRec rec, rpmlogCallbackData data)
{
    SpRpmSaid *said = data;
    if (rpmlogRecPriority(rec) > RPMLOG_WARNING)
        return 0; /* progress */
    g_mutex_lock(&said->lock);
    g_string_append(said->text, rpmlogRecMessage(rec));
    g_mutex_unlock(&said->lock);
    return 0;
}

SpRpmSaid *sp_rpm_said_begin(void)
{
    SpRpmSaid *said = g_new0(SpRpmSaid, 1);
    g_mutex_init(&said->lock);
    said->text = g_string_new(NULL);
    rpmlogSetCallback(keep, said);
    return said;
}

void sp_rpm_said_end(SpRpmSaid *said)
{
    if (said == NULL)
        return;
    rpmlogSetCallback(NULL, NULL);
    g_string_free(said->text, TRUE);
    g_free(said->shown);
    g_mutex_clear(&said->lock);
    g_free(said);
}

void sp_rpm_said_clear(SpRpmSaid *said)
{
    g_string_truncate(said->text, 0);
}

const char *sp_rpm_said(SpRpmSaid *said)
{
    g_free(said->shown);
    said->shown = g_strstrip(g_strdelimit(g_strdup(said->text->str), "\n", ' '));
    return said->shown[0] != '\0' ? said->shown : "rpm gave no reason";
}
