/* SPDX-License-Identifier: MIT */
#include "host.h"
#include "multipath.h"
#include "rootfs.h"
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INVENTORY    "/etc/xensource-inventory"
#define RELEASE_FILE "/etc/redhat-release"

/* KEY='value' of the inventory; the quotes are optional. */
static bool inventory(struct text file, const char *key, char *out, size_t size)
{
    struct text line;
    size_t n = strlen(key);
    for (size_t at = 0; text_line(file, &at, &line);) {
        line = text_trim(line);
        if (!text_starts(line, key) || line.n <= n || line.p[n] != '=')
            continue;
        struct text value = text_sub(line, n + 1, line.n);
        if (value.n >= 2 && (value.p[0] == '\'' || value.p[0] == '"') &&
            value.p[value.n - 1] == value.p[0])
            value = text_sub(value, 1, value.n - 1);
        text_print(out, size, "%.*s", (int)value.n, value.p);
        return true;
    }
    return false;
}

/* The leading numbers of "8.2.1", at most `most`; how many there are. */
static int numbers(const char *s, int *out, int most)
{
    int n = 0;
    while (n < most && *s >= '0' && *s <= '9') {
        for (out[n] = 0; *s >= '0' && *s <= '9'; s++)
            out[n] = out[n] < 10000 ? out[n] * 10 + (*s - '0') : out[n];
        n++;
        if (*s++ != '.')
            break;
    }
    return n;
}

static void set_parser(struct host *host, unsigned parser)
{
    host->parser = parser;
    host->era = mp_era_of(parser);
}

static void merge_into(struct host *host, unsigned parser, const char *path)
{
    set_parser(host, parser);
    host->drop_in = false;
    host->path = xstrdup(path);
}

static void own_file(struct host *host, unsigned parser, const char *label)
{
    set_parser(host, parser);
    host->drop_in = true;
    /* "custom-" sorts before an administrator's custom.conf, which is read later and so wins. */
    host->path = xprintf(CONF_DIR "/custom-%s.conf", label);
}

/* "multipath-tools v0.9.4 (12/28, 2022)", printed on either output. */
static int ask_version(const char *root, int version[3], bool *known)
{
    static const char before[] = "multipath-tools v";
    struct buf out = {0};
    int exit = multipath_run(root, "-h", NULL, &out);
    const char *at = exit < 0 ? NULL : text_find(buf_cstr(&out), before);
    *known = at && numbers(at + strlen(before), version, 3) == 3;
    buf_free(&out);
    return exit;
}

/* *known: it says so; a system that cannot ask just now is a failure, or a host would get another's
 * stanza. The answer is kept in host->asked by what no other program has: an update makes another
 * inode, and nothing sets the change time back. */
static int program_version(const char *root, const char *asked, int version[3], bool *known,
                           struct host *host, struct fail *f)
{
    struct stat st;
    const char *program;
    char id[96];
    int rc = multipath_find(root, &program, &st);
    *known = false;
    if (rc == 0) {
        text_print(id, sizeof id, "%zx:%zx:%zx:%zx.%zx ", (size_t)st.st_dev, (size_t)st.st_ino,
                   (size_t)st.st_size, (size_t)st.st_ctim.tv_sec, (size_t)st.st_ctim.tv_nsec);
        size_t n = strlen(id);
        *known = asked && strncmp(asked, id, n) == 0 && numbers(asked + n, version, 3) == 3;
        rc = *known ? 0 : ask_version(root, version, known);
    }
    if (rc < NO_PROGRAM)
        return fail_with(f, SYSTEM, "cannot ask this host's multipath program for its version");
    if (*known)
        host->asked = xprintf("%s%d.%d.%d", id, version[0], version[1], version[2]);
    return DONE;
}

static unsigned parser_of(const int v[3])
{
    return MP_VERSION(v[0] & 255, v[1] & 255, v[2] & 255, 0);
}

/* XenServer 9's, whose version nobody has told yet; where the program is not there to say. */
#define NEWEST MP_VERSION(0, 9, 9, 0)

static int modern_parser(const char *root, const char *asked, unsigned *parser, struct host *host,
                         struct fail *f)
{
    int v[3];
    bool known;
    int rc = program_version(root, asked, v, &known, host, f);
    *parser = known && parser_of(v) >= MP_VERSION(0, 5, 0, 0) ? parser_of(v) : NEWEST;
    return rc;
}

static int from_release(const char *root, const char *label, const char *asked, const char *brand,
                        const char *version, struct host *host, struct fail *f)
{
    int v[2];
    text_print(host->release, sizeof host->release, "%s %s", brand, version);
    if (numbers(version, v, 2) != 2)
        return fail_with(f, REFUSED, "'%s' is not a version this program understands",
                         host->release);
    int major = host->major = v[0], minor = host->minor = v[1], rc = DONE;
    unsigned parser = NEWEST;
    if (major >= 9)
        rc = modern_parser(root, asked, &parser, host, f);
    if (major >= 9)
        own_file(host, parser, label);
    else if (major >= 7)
        own_file(host, MP_VERSION(0, 4, 9, major == 7 ? 86 : 119), label);
    else if (major == 6 && minor >= 5)
        merge_into(host, MP_VERSION(0, 4, 9, 31), MAIN_CONF);
    else if (major == 6 || (major == 5 && minor >= 6) || (major == 1 && strcmp(brand, "XCP") == 0))
        merge_into(host, MP_VERSION(0, 4, 7, 0), MAIN_CONF);
    else if (major == 5)
        merge_into(host, MP_VERSION(0, 4, 7, 0), "/etc/multipath-enabled.conf");
    else
        return fail_with(f, REFUSED, "%s is not a release this program knows", host->release);
    host->sm_locks = major < 7 || (major == 7 && minor == 0);
    return rc;
}

/* "XenServer release 6.2.0-70446c (xenenterprise)". The host installer writes the inventory last,
 * after it has installed the packs, so inside its chroot this file is what tells the release. */
static bool release_file(struct text file, char *brand, size_t size, char *version, size_t vsize)
{
    static const char *const brands[] = {"XenServer", "XCP-ng", "Citrix Hypervisor", "XCP"};
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
        char start[40];
        text_print(start, sizeof start, "%s release ", brands[i]);
        if (!text_starts(file, start))
            continue;
        struct text rest = text_sub(file, strlen(start), file.n);
        size_t n = 0;
        while (n < rest.n && strchr("0123456789.", rest.p[n]))
            n++;
        text_print(brand, size, "%s", brands[i]);
        text_print(version, vsize, "%.*s", (int)n, rest.p);
        return n > 0;
    }
    return false;
}

static int from_program(const char *root, const char *label, const char *asked, struct host *host,
                        struct fail *f)
{
    int v[3];
    bool known;
    int rc = program_version(root, asked, v, &known, host, f);
    if (rc)
        return rc;
    if (!known)
        return fail_with(f, REFUSED,
                         "cannot tell what host this is: neither '" INVENTORY "' nor '" RELEASE_FILE
                         "' nor a multipath program says so (one that refuses its configuration "
                         "does not: see 'multipath -t')");
    text_print(host->release, sizeof host->release, "multipath-tools %d.%d.%d", v[0], v[1], v[2]);
    /* 0.4.9 alone does not tell el6 from el7, nor whether there is a config_dir. */
    if (parser_of(v) < MP_VERSION(0, 6, 0, 0))
        return fail_with(f, REFUSED, "%s without '" INVENTORY "' is not a host this program knows",
                         host->release);
    own_file(host, parser_of(v), label);
    return DONE;
}

int host_detect(const char *root, const char *label, const char *asked, struct host *host,
                struct fail *f)
{
    struct buf file = {0};
    char brand[24] = "XenServer", version[24] = "";
    int rc = DONE;
    bool known = false;
    *host = (struct host){0};
    if (rootfs_read(root, INVENTORY, &file) == 0) {
        inventory(text_buf(&file), "PRODUCT_BRAND", brand, sizeof brand);
        known = inventory(text_buf(&file), "PRODUCT_VERSION", version, sizeof version);
    } else if (errno != ENOENT) {
        rc = fail_errno(f, "cannot read '" INVENTORY "'");
    }
    if (!rc && !known && rootfs_read(root, RELEASE_FILE, &file) == 0)
        known = release_file(text_buf(&file), brand, sizeof brand, version, sizeof version);
    buf_free(&file);
    if (rc)
        return rc;
    return known ? from_release(root, label, asked, brand, version, host, f)
                 : from_program(root, label, asked, host, f);
}

void host_free(struct host *host)
{
    free(host->path);
    free(host->asked);
    *host = (struct host){0};
}
