/* SPDX-License-Identifier: MIT */
/* The reader against what the real parsers of each era did with the probe files
 * (corpus/probe-results.txt): one test a probe and era. */
#include "corpus.h"
#include "mpread.h"

struct probe {
    char name[128], versions[256], outcome[512];
    enum mp_era era;
};

/* One version stands for the era: el6 for 6.5, dom0's newest for el7, the oldest for XenServer 5.
 */
static const struct {
    const char *version;
    enum mp_era era;
} stands_for[] = {
    {"0.4.7", MP_047},
    {"0.4.9-el6-31", MP_049},
    {"0.4.9-136.xs8", MP_EL7},
    {"0.9.4", MP_MODERN},
};

static int has_version(const char *list, const char *version)
{
    size_t n = strlen(version);
    for (const char *at = list; (at = strstr(at, version)); at += n)
        if ((at == list || at[-1] == '=') && (at[n] == '=' || at[n] == '\0'))
            return 1;
    return 0;
}

/* The devices the parser ends up with. */
struct list {
    struct mp_device *device;
    size_t n;
};

static struct list read_devices(const struct rope *file, enum mp_era era, struct mp_reader *r)
{
    struct list list = {0};
    struct mp_device d;
    mp_open(r, file, era);
    while (mp_next_device(r, &d)) {
        list.device = xgrow(list.device, (list.n + 1) * sizeof *list.device);
        list.device[list.n++] = d;
    }
    if (era == MP_047) { /* it forgets those of earlier sections */
        size_t kept = 0;
        for (size_t i = 0; i < list.n; i++)
            if (list.device[i].section == r->now.section_count)
                list.device[kept++] = list.device[i];
        list.n = kept;
    }
    return list;
}

/* 0.4.9 and the modern parsers merge entries of one vendor/product into the first. */
static int merged(enum mp_era era, const struct list *list, size_t i)
{
    const struct mp_device *d = list->device;
    if (era != MP_049 && era != MP_MODERN)
        return 0;
    for (size_t j = 0; j < i; j++)
        if (d[i].has_vendor && d[j].has_vendor && d[i].has_product && d[j].has_product &&
            !strcmp(d[i].vendor, d[j].vendor) && !strcmp(d[i].product, d[j].product))
            return 1;
    return 0;
}

/* The table holds every byte over 127 as the UTF-8 of that code point. */
static void as_printed(struct buf *out, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c > 127)
            buf_printf(out, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
        else
            buf_add(out, s, 1);
    }
}

static void device_list(enum mp_era era, const struct list *list, struct buf *out)
{
    buf_str(out, "[");
    for (size_t i = 0; i < list->n; i++) {
        const struct mp_device *d = &list->device[i];
        if (merged(era, list, i))
            continue;
        buf_str(out, out->n > 1 ? "," : "");
        as_printed(out, d->has_vendor ? d->vendor : "NULL");
        buf_str(out, "/");
        as_printed(out, d->has_product ? d->product : "NULL");
    }
    buf_str(out, "]");
}

static void reads_as_the_era_does(void **state)
{
    const struct probe *probe = *state;
    char path[512];
    struct mp_reader r;
    struct buf got = {0};

    snprintf(path, sizeof path, "%s/probes/%s.conf", corpus_dir(), probe->name);
    struct buf file = load(path);
    struct rope rope = rope_of(text_buf(&file));
    struct list list = read_devices(&rope, probe->era, &r);
    device_list(probe->era, &list, &got);
    /* A file the parser dies on, or throws away, is told apart from one it reads, and no other. */
    if (strncmp(probe->outcome, "SIGSEGV", 7) == 0) {
        assert_non_null(r.now.bad_reason);
        assert_non_null(strstr(r.now.bad_reason, "dies on"));
    } else if (strstr(probe->outcome, "REJECTED")) {
        assert_non_null(r.now.bad_reason);
        assert_non_null(strstr(r.now.bad_reason, "rejects"));
    } else {
        if (r.now.bad_line)
            fail_msg("line %u: %s", r.now.bad_line, r.now.bad_reason);
        char *open = strchr(probe->outcome, '['), *close = strstr(probe->outcome, "] mp=");
        assert_non_null(open);
        assert_non_null(close);
        close[1] = '\0';
        assert_string_equal(buf_cstr(&got), open);
    }
    free(list.device);
    rope_free(&rope);
    buf_free(&got);
    buf_free(&file);
}

static size_t read_table(struct probe **probes)
{
    char path[512], line[1024];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/probe-results.txt", corpus_dir());
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    while (fgets(line, sizeof line, f)) {
        struct probe p;
        if (sscanf(line, "%127s | %255s | %511[^\n]", p.name, p.versions, p.outcome) != 3)
            continue;
        for (size_t i = 0; i < sizeof stands_for / sizeof *stands_for; i++) {
            if (!has_version(p.versions, stands_for[i].version))
                continue;
            p.era = stands_for[i].era;
            *probes = xgrow(*probes, (n + 1) * sizeof **probes);
            (*probes)[n++] = p;
        }
    }
    fclose(f);
    return n;
}

int main(void)
{
    struct probe *probes = NULL;
    size_t n = read_table(&probes);
    if (!n) {
        printf("SKIPPED: no probe-results.txt in '%s'\n", corpus_dir());
        return SKIP;
    }
    struct CMUnitTest *tests = xalloc(n * sizeof *tests);
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){
            .name = xprintf("%s as %s", probes[i].name, stands_for[probes[i].era].version),
            .test_func = reads_as_the_era_does,
            .initial_state = &probes[i],
        };
    int failed = _cmocka_run_group_tests("probes", tests, n, NULL, NULL);
    for (size_t i = 0; i < n; i++)
        free((char *)(uintptr_t)tests[i].name);
    free(tests);
    free(probes);
    return failed;
}
