/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sides_in.h"
#include "armor_in.h"
#include "fileio.h"

#include <string.h>

#define LIMIT ((gsize)64 * 1024)

/* FALSE when the system failed. *text NULL: there is none, or (*problem) it cannot be read. */
static gboolean read_side(const SpSurvey *survey, const char *suffix, GBytes **text,
                          gboolean *problem, GError **error)
{
    g_autofree char *path = g_strconcat(survey->file, suffix, NULL);
    g_autoptr(GError) cause = NULL;
    *problem = FALSE;
    *text = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    *text = sp_read_path(path, LIMIT, NULL, &cause);
    if (*text == NULL && cause->code != SP_ERROR_INPUT) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    *problem = *text == NULL;
    return TRUE;
}

static gboolean read_signature(SpSurvey *survey, int fd, SpVerifier *verifier, GError **error)
{
    g_autoptr(GBytes) armor = NULL;
    gboolean problem = FALSE;
    if (!read_side(survey, ".asc", &armor, &problem, error))
        return FALSE;
    if (problem || (armor != NULL && sp_armor_check(armor, SP_ARMOR_SIGNATURE) != NULL))
        survey->image_signature->state = SP_SIG_BAD;
    else if (armor != NULL) {
        SpSignature *found = sp_verifier_check_file(verifier, fd, armor, error);
        if (found == NULL)
            return FALSE;
        sp_signature_free(survey->image_signature);
        survey->image_signature = found;
    }
    return TRUE;
}

/* Of "digest  name" the digest: who downloads may name an image as he likes. */
static char *digest_in(GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *line = g_strndup(size > 0 ? data : "", size);
    gboolean good = strspn(line, "0123456789abcdef") == 64 && strchr(" \n", line[64]) != NULL;
    return good ? g_strndup(line, 64) : g_strdup("?");
}

static gboolean read_sum(SpSurvey *survey, int fd, GError **error)
{
    g_autoptr(GBytes) text = NULL;
    gboolean problem = FALSE;
    if (!read_side(survey, ".sha256", &text, &problem, error))
        return FALSE;
    if (text == NULL && !problem)
        return TRUE;
    g_autoptr(GBytes) image = sp_map_fd(fd, survey->file, NULL, error);
    if (image == NULL)
        return FALSE;
    g_free(survey->sha256);
    g_free(survey->stated_sha256);
    survey->sha256 = sp_sha256(image);
    survey->stated_sha256 = problem ? g_strdup("?") : digest_in(text);
    return TRUE;
}

gboolean sp_sides_read(SpSurvey *survey, int fd, SpVerifier *verifier, GError **error)
{
    return read_signature(survey, fd, verifier, error) && read_sum(survey, fd, error);
}
