/* SPDX-License-Identifier: MIT */
#include "pack.h"
#include "files.h"
#include "rootfs.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* The one folder in share. */
static char *only_entry(const char *share)
{
    struct names names = {0};
    char *only = NULL;
    if (rootfs_names(share, &names) == 0 && names.n == 1)
        only = xstrdup(names.name[0]);
    else if (names.n)
        errno = EEXIST;
    names_free(&names);
    return only;
}

static bool take(struct text line, const char *key, char **value)
{
    size_t n = strlen(key);
    line = text_trim(line);
    if (!text_starts(line, key) || line.n <= n || line.p[n] != '=')
        return false;
    free(*value);
    *value = xprintf("%.*s", (int)(line.n - n - 1), line.p + n + 1);
    return true;
}

/* What marks lines in other people's files must be plain. */
static bool is_plain(const char *s)
{
    return s && *s && strlen(s) <= 64 &&
           s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] ==
               '\0';
}

/* "7.1 ", which is taken off. */
static bool take_release(const char **at, int release[2])
{
    for (int i = 0; i < 2; i++, ++*at) {
        const char *first = *at;
        for (release[i] = 0; **at >= '0' && **at <= '9' && *at - first < 5; ++*at)
            release[i] = release[i] * 10 + (**at - '0');
        if (*at == first || **at != (i ? ' ' : '.'))
            return false;
    }
    return true;
}

static bool before_release(const int a[2], const int b[2])
{
    return a[0] < b[0] || (a[0] == b[0] && a[1] < b[1]);
}

/* "stanza=0.4.9-86 multipath-0.4.9-86.conf", "stanza-release=7.1 7.2 0.4.9-86 FILE" */
static bool take_stanza(struct pack *pack, struct text line)
{
    char *value = NULL;
    struct pack_text text = {0};
    bool ok = true, ranged = take(line, "stanza-release", &value);
    if (!ranged && !take(line, "stanza", &value))
        return true;
    const char *at = value;
    if (ranged)
        ok = take_release(&at, text.from) && take_release(&at, text.to) && text.to[0];
    const char *blank = strchr(at, ' ');
    const struct pack_text *before =
        pack->stanza_count ? &pack->stanza[pack->stanza_count - 1] : NULL;
    bool follows =
        before && !before_release(before->to, text.to) && !before_release(text.to, before->to);
    ok = ok && blank && blank[1] && !strchr(blank, '/') &&
         mp_version_of((struct text){at, (size_t)(blank - at)}, &text.version) &&
         (follows ? before->version < text.version : ranged || !before);
    if (ok) {
        text.parser = xprintf("%.*s", (int)(blank - at), at);
        text.file = xstrdup(blank + 1);
        pack->stanza = xgrow(pack->stanza, (pack->stanza_count + 1) * sizeof *pack->stanza);
        pack->stanza[pack->stanza_count++] = text;
    }
    free(value);
    return ok;
}

static int read_conf(struct pack *pack, struct text conf, struct fail *f)
{
    struct text line;
    char *policy = NULL, *label = NULL;
    bool stanzas = true;
    for (size_t at = 0; text_line(conf, &at, &line);)
        if (!take(line, "label", &label) && !take(line, "version", &pack->version) &&
            !take(line, "uuid", &pack->uuid))
            if (!take(line, "on-conflict", &policy))
                stanzas = take_stanza(pack, line) && stanzas;

    int known = -1;
    static const char *const policies[] = {[KEEP] = "keep", [REPLACE] = "replace", [FAIL] = "fail"};
    for (int i = 0; i < 3; i++)
        if (policy && strcmp(policy, policies[i]) == 0)
            known = i;
    bool ok = stanzas && pack->stanza_count && is_plain(label) && is_plain(pack->version) &&
              known >= 0 && strcmp(label, pack->label) == 0;
    pack->on_conflict = known >= 0 ? (enum on_conflict)known : KEEP;
    free(policy);
    free(label);
    if (!ok)
        return fail_with(f, SYSTEM,
                         "'%s/pack.conf' is not this pack's: label, version, on-conflict or stanza "
                         "is missing or wrong",
                         pack->dir);
    return DONE;
}

/* share/ beside the folder of the program at `path`; NULL with errno. "bin" goes by name where it
 * can, for messages that people read. The folder around that has the pack's name, where the package
 * put it; conf is read on the way. */
static char *share_beside(const char *path, char **label, struct buf *conf)
{
    char *folder = files_parent(path), *name = NULL;
    size_t n = strlen(folder);
    bool bin = n > 4 && strcmp(folder + n - 4, "/bin") == 0;
    if (bin)
        folder[n - 4] = '\0';
    char *share = xprintf("%s%s", folder, bin ? "/share" : "/../share");
    name = bin ? strrchr(folder, '/') : NULL;
    char *file = name ? xprintf("%s%s/pack.conf", share, name) : NULL;
    *label = file && rootfs_read("", file, conf) == 0 ? xstrdup(name + 1) : only_entry(share);
    free(file);
    free(folder);
    return share;
}

/* By the path the kernel ran it by: rpm, the installers and people give it in full or relative to
 * the cwd, and neither needs /proc. Where that was a link, beside what it leads to. */
static char *find_share(char **label, struct buf *conf)
{
    const char *given = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    char *share = given ? share_beside(given, label, conf) : NULL;
    if (share && *label)
        return share;
    char cwd[PATH_MAX] = "";
    if (given && *given != '/' && !getcwd(cwd, sizeof cwd))
        given = NULL;
    char *full = given ? xprintf("%s/%s", cwd, given) : xstrdup("/proc/self/exe");
    char *path = rootfs_resolve("", full);
    free(full);
    free(share);
    share = path ? share_beside(path, label, conf) : NULL;
    free(path);
    return share;
}

int pack_load(struct pack *pack, struct fail *f)
{
    struct buf conf = {0};
    *pack = (struct pack){0};
    char *share = find_share(&pack->label, &conf);
    if (!share)
        return fail_errno(f, "cannot find the folder this program lies in");
    if (!pack->label) {
        int rc = fail_errno(f, "cannot find the one pack in '%s'", share);
        free(share);
        return rc;
    }
    pack->dir = xprintf("%s/%s", share, pack->label);
    free(share);
    char *path = xprintf("%s/pack.conf", pack->dir);
    int rc = DONE;
    if (!conf.n && rootfs_read("", path, &conf) < 0)
        rc = fail_errno(f, "cannot read '%s'", path);
    if (!rc)
        rc = read_conf(pack, text_buf(&conf), f);
    free(path);
    buf_free(&conf);
    return rc;
}

/* Those of a range come behind all others, so that the last that fits is the one. */
static bool fits(const struct pack_text *text, const struct host *host)
{
    const int release[2] = {host->major, host->minor};
    return text->version <= host->parser &&
           (!text->to[0] || (host->major && !before_release(release, text->from) &&
                             !before_release(text->to, release)));
}

int pack_stanza(const struct pack *pack, const struct host *host, const char **dialect,
                struct buf *out, struct fail *f)
{
    const struct pack_text *text = pack->stanza;
    for (size_t i = 0; i < pack->stanza_count; i++)
        if (fits(&pack->stanza[i], host))
            text = &pack->stanza[i];
    if (!fits(text, host))
        return fail_with(f, REFUSED,
                         "the pack has no stanza for this host's multipath: its first is "
                         "for %s",
                         text->parser);
    *dialect = text->parser;
    char *path = xprintf("%s/%s", pack->dir, text->file);
    int rc = DONE;
    if (rootfs_read("", path, out) < 0)
        rc = fail_errno(f, "cannot read '%s'", path);
    else if (out->n == 0 || out->p[out->n - 1] != '\n')
        rc = fail_with(f, SYSTEM, "'%s' is empty or cut off", path);
    free(path);
    return rc;
}

void pack_free(struct pack *pack)
{
    free(pack->dir);
    free(pack->label);
    free(pack->version);
    free(pack->uuid);
    for (size_t i = 0; i < pack->stanza_count; i++) {
        free(pack->stanza[i].parser);
        free(pack->stanza[i].file);
    }
    free(pack->stanza);
    *pack = (struct pack){0};
}
