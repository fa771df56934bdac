/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flip_bytes IMAGE KEYRING TMPDIR SEED whole|staged|beside < OFFSETS: for each offset (one a line)
 * the byte there is changed to another one, the image is judged as `verify --keyring` does, and the
 * byte is put back. Prints "offset verdict" a line: "refused" (not read at all), or the severity of
 * the worst finding, or "none". The same seed gives the same changes.
 * whole: by everything but the files beside the image.
 * staged: the same, but judges that need no signature and no RPM are asked first. What one of them
 * finds `verify` finds, too, so the others are not asked any more.
 * beside: by the files beside the image alone. */
#define _GNU_SOURCE /* memfd_create */
#include "cleanup.h"
#include "fileio.h"
#include "image_in.h"
#include "judge_whole.h"
#include "sides_in.h"
#include "survey_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LIMIT ((gsize)64 * 1024 * 1024)

static int fail(const char *what)
{
    (void)fprintf(stderr, "flip_bytes: %s\n", what);
    return 1;
}

typedef struct {
    int fd; /* the image, in memory */
    const guint8 *data;
    gsize size;
    const char *path; /* where it lies, and what is beside it */
    SpVerifier *verifier;
    GBytes *keyring;
    guint32 seed;
} Bench;

typedef const char *Judge(const Bench *bench); /* NULL: the system failed */

static const char *worst(const SpFindings *findings)
{
    const SpSeverity order[] = {SP_BAD, SP_WARNING, SP_INFO};
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
        if (sp_findings_count(findings, order[i]) > 0)
            return sp_severity_word(order[i]);
    return "none";
}

/* "refused" or "error"; NULL when more has to be asked. */
static const char *first_verdict(const Bench *bench)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpSurvey) survey = sp_survey_new("image");
    GPtrArray *entries = sp_image_read(bench->fd, "image", &survey->volume, survey->found, &error);
    if (entries == NULL)
        return error->code == SP_ERROR_INPUT ? "refused" : NULL;
    g_ptr_array_unref(survey->entries);
    survey->entries = entries;
    g_free(survey->volume_id);
    survey->volume_id = g_strdup(survey->volume->id);
    sp_judge_image(survey, findings);
    sp_judge_sums(survey, findings);
    if (findings->bad + survey->found->bad > 0)
        return "error";
    gboolean judged = sp_judge_layout(bench->fd, survey, findings, &error);
    return judged && findings->bad > 0 ? "error" : NULL;
}

static const char *verdict(const Bench *bench)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpSurvey) survey =
        sp_survey_read(bench->fd, "image", bench->verifier, bench->keyring, &error);
    if (survey == NULL)
        return error->code == SP_ERROR_INPUT ? "refused" : NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    if (!sp_judge_whole(bench->fd, survey, &(SpDemand){.for_hosts = TRUE}, findings, &error))
        return NULL;
    return worst(findings);
}

static const char *staged_verdict(const Bench *bench)
{
    const char *first = first_verdict(bench);
    return first != NULL ? first : verdict(bench);
}

static const char *verdict_beside(const Bench *bench)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpSurvey) survey = sp_survey_new(bench->path);
    GPtrArray *keys = sp_verifier_learn(bench->verifier, bench->keyring, TRUE, &error);
    if (keys == NULL)
        return NULL;
    survey->keyring = keys;
    if (!sp_sides_read(survey, bench->fd, bench->verifier, &error))
        return NULL;
    if (survey->image_signature->state == SP_SIG_NONE && survey->sha256[0] == '\0')
        return NULL; /* there is nothing beside it */
    sp_judge_signatures(survey, &(SpDemand){0}, findings);
    return worst(findings);
}

static int flip_all(const Bench *bench, Judge *judge)
{
    char line[64];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        gsize at = strtoul(line, NULL, 10);
        if (at >= bench->size)
            return fail("an offset lies beyond the image");
        g_autoptr(GRand) rand = g_rand_new_with_seed(bench->seed + (guint32)at);
        guint8 changed = bench->data[at] ^ (guint8)g_rand_int_range(rand, 1, 256);
        if (pwrite(bench->fd, &changed, 1, (off_t)at) != 1)
            return fail("cannot change the image in memory");
        const char *said = judge(bench);
        if (said == NULL || pwrite(bench->fd, bench->data + at, 1, (off_t)at) != 1)
            return fail("the system failed, not the image");
        (void)printf("%zu %s\n", at, said);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        Judge *judge;
    } modes[] = {{"whole", verdict}, {"staged", staged_verdict}, {"beside", verdict_beside}};
    Judge *judge = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(modes) && argc == 6; i++)
        judge = strcmp(argv[5], modes[i].name) == 0 ? modes[i].judge : judge;
    if (judge == NULL)
        return fail("usage: flip_bytes IMAGE KEYRING TMPDIR SEED whole|staged|beside");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) image = sp_read_path(argv[1], LIMIT, NULL, &error);
    g_autoptr(GBytes) keyring = image != NULL ? sp_read_path(argv[2], LIMIT, NULL, &error) : NULL;
    g_autoptr(SpVerifier) verifier = keyring != NULL ? sp_verifier_new(argv[3]) : NULL;
    if (verifier == NULL)
        return fail(error->message);
    Bench bench = {.path = argv[1], .verifier = verifier, .keyring = keyring};
    bench.data = g_bytes_get_data(image, &bench.size);
    bench.seed = (guint32)strtoul(argv[4], NULL, 10);
    autofd int fd = bench.fd = memfd_create("image", MFD_CLOEXEC);
    if (fd < 0 || !sp_write_all(fd, bench.data, bench.size, "image", &error))
        return fail("cannot hold the image in memory");
    if (g_strcmp0(judge(&bench), "none") != 0)
        return fail("the image is not good to begin with");
    return flip_all(&bench, judge);
}
