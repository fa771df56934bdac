/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flip_bytes IMAGE KEYRING TMPDIR SEED < OFFSETS: for each offset (one a line) the byte there is
 * changed to another one, the image is judged as `verify --keyring` does, and the byte is put back.
 * Prints "offset verdict" a line: "refused" (not read at all), or the severity of the worst
 * finding, or "none". The same seed gives the same changes. */
#define _GNU_SOURCE /* memfd_create */
#include "cleanup.h"
#include "fileio.h"
#include "judge.h"
#include "survey_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LIMIT ((gsize)64 * 1024 * 1024)

static int fail(const char *what)
{
    (void)fprintf(stderr, "flip_bytes: %s\n", what);
    return 1;
}

static const char *verdict(int fd, SpVerifier *verifier, GBytes *keyring)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpSurvey) survey = sp_survey_read(fd, "image", verifier, keyring, &error);
    if (survey == NULL)
        return error->code == SP_ERROR_INPUT ? "refused" : NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_survey_judge(survey, &(SpDemand){.for_hosts = TRUE}, findings);
    const SpSeverity order[] = {SP_BAD, SP_WARNING, SP_INFO};
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
        if (sp_findings_count(findings, order[i]) > 0)
            return sp_severity_word(order[i]);
    return "none";
}

static int flip_all(int fd, const guint8 *data, gsize size, SpVerifier *verifier, GBytes *keyring,
                    guint32 seed)
{
    char line[64];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        gsize at = strtoul(line, NULL, 10);
        if (at >= size)
            return fail("an offset lies beyond the image");
        g_autoptr(GRand) rand = g_rand_new_with_seed(seed + (guint32)at);
        guint8 changed = data[at] ^ (guint8)g_rand_int_range(rand, 1, 256);
        if (pwrite(fd, &changed, 1, (off_t)at) != 1)
            return fail("cannot change the image in memory");
        const char *said = verdict(fd, verifier, keyring);
        if (said == NULL || pwrite(fd, data + at, 1, (off_t)at) != 1)
            return fail("the system failed, not the image");
        (void)printf("%zu %s\n", at, said);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return fail("usage: flip_bytes IMAGE KEYRING TMPDIR SEED");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) image = sp_read_path(argv[1], LIMIT, NULL, &error);
    g_autoptr(GBytes) keyring = image != NULL ? sp_read_path(argv[2], LIMIT, NULL, &error) : NULL;
    g_autoptr(SpVerifier) verifier = keyring != NULL ? sp_verifier_new(argv[3]) : NULL;
    if (verifier == NULL)
        return fail(error->message);
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(image, &size);
    autofd int fd = memfd_create("image", MFD_CLOEXEC);
    if (fd < 0 || !sp_write_all(fd, data, size, "image", &error))
        return fail("cannot hold the image in memory");
    if (g_strcmp0(verdict(fd, verifier, keyring), "none") != 0)
        return fail("the image is not good to begin with");
    return flip_all(fd, data, size, verifier, keyring, (guint32)strtoul(argv[4], NULL, 10));
}
