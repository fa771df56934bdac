/* SPDX-License-Identifier: MIT */
/* The reader against what the real parsers of each era did with the probe files
 * (corpus/probe-results.txt): one test a probe and era. */
#include "corpus.h"
#include "devices.h"

struct probe {
    char name[128], versions[256], outcome[512];
    unsigned parser;
};

/* One version stands for the era: el6 for 6.5, dom0's newest for el7, the oldest for XenServer 5.
 */
static const struct {
    const char *version;
    unsigned parser;
} stands_for[] = {
    {"0.4.7", MP_VERSION(0, 4, 7, 0)},
    {"0.4.9-el6-31", MP_VERSION(0, 4, 9, 31)},
    {"0.4.9-136.xs8", MP_VERSION(0, 4, 9, 136)},
    {"0.9.4", MP_VERSION(0, 9, 4, 0)},
};

static const char *version_of(const struct probe *probe)
{
    size_t i = 0;
    while (stands_for[i].parser != probe->parser)
        i++;
    return stands_for[i].version;
}

static int has_version(const char *list, const char *version)
{
    size_t n = strlen(version);
    for (const char *at = list; (at = strstr(at, version)); at += n)
        if ((at == list || at[-1] == '=') && (at[n] == '=' || at[n] == '\0'))
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

/* The devices the parser ends up with. */
static void device_list(const struct mp_config *c, struct buf *out)
{
    buf_str(out, "[");
    for (size_t i = 0; i < c->table->count; i++) {
        const char *vendor = mp_get(c->table->row[i].device, "vendor");
        const char *product = mp_get(c->table->row[i].device, "product");
        buf_str(out, out->n > 1 ? "," : "");
        as_printed(out, vendor ? vendor : "NULL");
        buf_str(out, "/");
        as_printed(out, product ? product : "NULL");
    }
    buf_str(out, "]");
}

static void reads_as_the_era_does(void **state)
{
    struct probe *probe = *state;
    char path[512];
    struct mp_config c;
    struct buf got = {0};

    snprintf(path, sizeof path, "%s/probes/%s.conf", corpus_dir(), probe->name);
    struct buf file = load(path);
    const struct mp_source source = {"f", text_buf(&file), true};
    mp_config_read(&c, probe->parser, false, "p", &source, 1);
    device_list(&c, &got);
    /* A file the parser dies on, or throws away, is told apart from one it reads, and no other. */
    if (strncmp(probe->outcome, "SIGSEGV", 7) == 0) {
        assert_non_null(c.bad_reason);
        assert_non_null(strstr(c.bad_reason, "dies on"));
    } else if (strstr(probe->outcome, "REJECTED")) {
        assert_non_null(c.bad_reason);
        assert_non_null(strstr(c.bad_reason, "rejects"));
    } else {
        if (c.bad_line)
            fail_msg("line %u: %s", c.bad_line, c.bad_reason);
        char *open = strchr(probe->outcome, '['), *close = strstr(probe->outcome, "] mp=");
        assert_non_null(open);
        assert_non_null(close);
        close[1] = '\0';
        assert_string_equal(buf_cstr(&got), open);
    }
    mp_config_free(&c);
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
            p.parser = stands_for[i].parser;
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
            .name = xprintf("%s as %s", probes[i].name, version_of(&probes[i])),
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
