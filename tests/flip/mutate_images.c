/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mutate_images IMAGE KEYRING KEY TMPDIR SEED FROM TO SHARE: what each command makes of the images
 * FROM to TO-1, each a mutation of IMAGE of its own that SEED and its number determine. `verify
 * --keyring`, `inspect` and `diff` get all of them, `publish` and `sign --key` each SHARE-th. Ends
 * with an error when a text has a control character in it or a command gives no reason; sanitizers
 * end it themselves. Prints how many were judged how, the most memory beside the image's size a run
 * took (0 where it is not measured) and the most time of a processor, gpg's included. */
#define _GNU_SOURCE /* memfd_create */
#include "cleanup.h"
#include "commands.h"
#include "facts_in.h"
#include "fileio.h"
#include "judge.h"
#include "quote.h"
#include "report.h"
#include "survey_in.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define LIMIT        ((gsize)64 * 1024 * 1024)
#define SECTOR       2048
#define STRUCTURE    ((gsize)64 * SECTOR) /* descriptors, path tables and folders lie first */
#define ONE_VERIFIER 500                  /* images that gpg's keyring is used for */

typedef enum { VERIFY, INSPECT, DIFF, PUBLISH, SIGN, COMMANDS } Command;
static const char *const names[COMMANDS] = {"verify", "inspect", "diff", "publish", "sign"};

typedef struct {
    guint good, bad, refused;
    double seconds;
    gsize bytes; /* beside the image */
    guint slowest, largest;
} Figures;

typedef struct {
    GBytes *image, *keyring;
    const char *key, *tmpdir;
    GPtrArray *facts; /* of the image itself */
    SpVerifier *verifier;
    SpEnvironment *environment;
    int fd;      /* the mutation */
    gsize size;  /* its */
    guint index; /* and number */
    Figures figures[COMMANDS];
} Bench;

/* The commands print, too: standard output and error are theirs. */
static FILE *results, *failures;

static void fail(const char *what)
{
    (void)fprintf(failures != NULL ? failures : stderr, "mutate_images: %s\n", what);
    (void)fflush(failures);
    exit(1);
}

/* Mostly where the bytes lie that say what the others are. */
static gsize place(GRand *rand, gsize size)
{
    gsize most = g_rand_int_range(rand, 0, 3) > 0 ? MIN(STRUCTURE, size) : size;
    gsize least = most > (gsize)16 * SECTOR ? (gsize)16 * SECTOR : 0; /* the system area is blank */
    return least + g_rand_int(rand) % (most - least);
}

static void change(GRand *rand, guint8 *data, gsize size)
{
    static const guint32 numbers[] = {0,          1,          0x7fffffff, 0x80000000,
                                      0xffffffff, 0x00000800, 0x01000000, 0x00010000};
    gsize at = place(rand, size), other = place(rand, size);
    gsize length = 1 + g_rand_int(rand) % 64;
    length = MIN(length, size - MAX(at, other));
    guint32 number = numbers[g_rand_int(rand) % G_N_ELEMENTS(numbers)];
    switch (g_rand_int_range(rand, 0, 6)) {
    case 0:
        data[at] ^= (guint8)(1U << g_rand_int_range(rand, 0, 8));
        return;
    case 1:
        data[at] = (guint8)g_rand_int(rand);
        return;
    case 2:
        memset(data + at, g_rand_boolean(rand) ? 0 : 0xff, length);
        return;
    case 3:
        memmove(data + at, data + other, length);
        return;
    case 4: /* both ends of ECMA-119 */
        if (size - at >= 2 * sizeof(number)) {
            guint32 swapped = GUINT32_SWAP_LE_BE(number);
            memcpy(data + at, &number, sizeof(number));
            memcpy(data + at + sizeof(number), &swapped, sizeof(swapped));
        }
        return;
    default: /* a sector in the place of another */
        at -= at % SECTOR;
        other -= other % SECTOR;
        memmove(data + at, data + other, MIN((gsize)SECTOR, size - MAX(at, other)));
    }
}

static void mutate(Bench *bench, guint32 seed)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bench->image, &size);
    g_autofree guint8 *copy = g_memdup2(data, size);
    g_autoptr(GRand) rand = g_rand_new_with_seed_array((guint32[]){seed, bench->index}, 2);
    for (gint i = g_rand_int_range(rand, 1, 9); i > 0; i--)
        change(rand, copy, size);
    bench->size = g_rand_int_range(rand, 0, 32) > 0 ? size : place(rand, size);
    g_autoptr(GError) error = NULL;
    if (ftruncate(bench->fd, 0) != 0 || lseek(bench->fd, 0, SEEK_SET) != 0 ||
        !sp_write_all(bench->fd, copy, bench->size, "image", &error))
        fail("cannot hold the image in memory");
}

/* Takes it. */
static void check(char *text)
{
    g_autofree char *safe = sp_escape(text, TRUE);
    if (strcmp(safe, text) != 0)
        fail("a text has a control character in it");
    g_free(text);
}

static gboolean judge(const Bench *bench, const SpSurvey *survey, gboolean inspect)
{
    g_autoptr(SpVerdict) verdict = sp_verdict_new("x.iso");
    const SpDemand demand = {.for_hosts = !inspect};
    sp_survey_judge(survey, &demand, verdict->findings);
    sp_verdict_fill(verdict, survey);
    if (inspect) {
        check(sp_report_text(survey, verdict->findings));
        check(sp_report_json(survey, verdict->findings));
    } else {
        g_autoptr(GPtrArray) all = g_ptr_array_new();
        g_ptr_array_add(all, verdict);
        check(sp_report_verify_text(verdict));
        check(sp_report_verify_json(all, bench->key));
    }
    return sp_verdict_is_valid(verdict);
}

static gboolean look(const Bench *bench, gboolean inspect, GError **error)
{
    g_autoptr(SpSurvey) survey =
        sp_survey_read(bench->fd, "x.iso", bench->verifier, inspect ? NULL : bench->keyring, error);
    if (survey == NULL)
        return FALSE;
    if (inspect && survey->update == NULL)
        return sp_throw(error, SP_ERROR_INPUT, "no update.xml");
    return judge(bench, survey, inspect) || sp_throw(error, SP_ERROR_NO, "not valid");
}

static gboolean compare(const Bench *bench, GError **error)
{
    g_autoptr(GPtrArray) facts = sp_facts_read(bench->fd, "x.iso", error);
    if (facts == NULL)
        return FALSE;
    g_autoptr(GPtrArray) differences = sp_facts_compare(bench->facts, facts, FALSE);
    check(sp_report_diff(differences, "a.iso", "b.iso"));
    return differences->len == 0 || sp_throw(error, SP_ERROR_NO, "they differ");
}

/* The command as it is, into a folder that is gone afterwards. */
static gboolean run(const Bench *bench, Command command, GError **error)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", bench->fd);
    g_autofree char *out = g_build_filename(bench->tmpdir, "out", NULL);
    const char *const publish[] = {"suppack", "publish", "-q", path, out, NULL};
    const char *const sign[] = {"suppack", "sign", "-q", "--key", bench->key,
                                "-o",      out,    path, NULL};
    const char *const *words = command == PUBLISH ? publish : sign;
    g_autoptr(SpOptions) options =
        sp_options_parse((int)g_strv_length((GStrv)words), (char **)words, error);
    if (options == NULL)
        return FALSE;
    const SpRun one = {options, bench->environment, {.verbosity = SP_LOG_QUIET}};
    gboolean done = command == PUBLISH ? sp_cmd_publish(&one, error) : sp_cmd_sign(&one, error);
    g_autofree char *clear = g_strdup_printf("rm -rf '%s'*", out);
    if (system(clear) != 0)
        fail("cannot clear the folder of results");
    return done;
}

static double spent(void)
{
    double seconds = 0;
    const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    for (gsize i = 0; i < G_N_ELEMENTS(whose); i++) {
        struct rusage used;
        (void)getrusage(whose[i], &used);
        seconds += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    }
    return seconds;
}

#ifdef __SANITIZE_ADDRESS__
static gsize peak(gboolean start)
{
    (void)start;
    return 0;
}
#else
/* proc(5): 5 in clear_refs sets the peak of resident memory back to what there is. */
static gsize peak(gboolean start)
{
    if (start) {
        (void)malloc_trim(0);
        autofd int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "5", 1) != 1)
            fail("cannot measure memory here");
        return 0;
    }
    g_autofree char *status = NULL;
    if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
        fail("cannot measure memory here");
    const char *at = strstr(status, "VmHWM:");
    return at != NULL ? (gsize)strtoul(at + 6, NULL, 10) * 1024 : 0;
}
#endif

static void measure(Bench *bench, Command command)
{
    Figures *figures = &bench->figures[command];
    g_autoptr(GError) error = NULL;
    (void)peak(TRUE);
    double start = spent();
    gboolean good = command == VERIFY || command == INSPECT
                        ? look(bench, command == INSPECT, &error)
                    : command == DIFF ? compare(bench, &error)
                                      : run(bench, command, &error);
    double seconds = spent() - start;
    gsize bytes = peak(FALSE);
    bytes -= MIN(bytes, bench->size);
    if (good != (error == NULL) || (error != NULL && error->code == SP_ERROR_SYSTEM)) {
        (void)fprintf(failures, "image %u, %s: %s\n", bench->index, names[command],
                      error != NULL ? error->message : "no reason");
        fail("the system failed, or nobody said why");
    }
    if (error != NULL)
        check(g_strdup(error->message));
    *(good ? &figures->good : error->code == SP_ERROR_NO ? &figures->bad : &figures->refused) += 1;
    if (seconds > figures->seconds) {
        figures->seconds = seconds;
        figures->slowest = bench->index;
    }
    if (bytes > figures->bytes) {
        figures->bytes = bytes;
        figures->largest = bench->index;
    }
}

static void show(const Bench *bench)
{
    for (Command command = VERIFY; command < COMMANDS; command++) {
        const Figures *f = &bench->figures[command];
        (void)fprintf(results,
                      "%s: good %u, bad %u, refused %u, at most %.2f s (image %u), %.1f MiB beside "
                      "the image (image %u)\n",
                      names[command], f->good, f->bad, f->refused, f->seconds, f->slowest,
                      (double)f->bytes / 1024 / 1024, f->largest);
    }
}

int main(int argc, char **argv)
{
    if (argc != 9)
        fail("usage: mutate_images IMAGE KEYRING KEY TMPDIR SEED FROM TO SHARE");
    g_autoptr(GError) error = NULL;
    Bench bench = {.key = argv[3], .tmpdir = argv[4]};
    bench.image = sp_read_path(argv[1], LIMIT, NULL, &error);
    bench.keyring = bench.image != NULL ? sp_read_path(argv[2], LIMIT, NULL, &error) : NULL;
    bench.environment = bench.keyring != NULL ? sp_environment_read(&error) : NULL;
    autofd int original = open(argv[1], O_RDONLY | O_CLOEXEC);
    bench.facts = error == NULL ? sp_facts_read(original, "a.iso", &error) : NULL;
    if (error != NULL)
        fail(error->message);
    bench.fd = memfd_create("image", MFD_CLOEXEC);
    guint32 seed = (guint32)strtoul(argv[5], NULL, 10);
    guint from = (guint)strtoul(argv[6], NULL, 10), to = (guint)strtoul(argv[7], NULL, 10);
    guint share = (guint)strtoul(argv[8], NULL, 10);
    results = fdopen(dup(STDOUT_FILENO), "w");
    failures = fdopen(dup(STDERR_FILENO), "w");
    if (results == NULL || failures == NULL || freopen("/dev/null", "w", stdout) == NULL ||
        freopen("/dev/null", "w", stderr) == NULL)
        fail("no /dev/null");
    for (bench.index = from; bench.index < to; bench.index++) {
        if (bench.verifier == NULL || bench.index % ONE_VERIFIER == 0) {
            sp_verifier_free(bench.verifier);
            bench.verifier = sp_verifier_new(bench.tmpdir);
        }
        mutate(&bench, seed);
        for (Command command = VERIFY; command < COMMANDS; command++)
            if (command < PUBLISH || bench.index % share == 0)
                measure(&bench, command);
    }
    sp_verifier_free(bench.verifier);
    g_ptr_array_unref(bench.facts);
    sp_environment_free(bench.environment);
    g_bytes_unref(bench.image);
    g_bytes_unref(bench.keyring);
    sp_close_quietly(&bench.fd);
    show(&bench);
    (void)fclose(failures);
    return fclose(results) == 0 ? 0 : 1;
}
