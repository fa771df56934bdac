/* SPDX-License-Identifier: MIT */
#include "plan.h"
#include "settle.h"
#include "rootfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WWIDS "/etc/multipath/wwids"

/* Up to 0.8.3 every name with ".conf" anywhere in it is read, later only a real suffix. */
static bool is_conf(unsigned parser, const char *name)
{
    const char *at = text_find(name, ".conf");
    if (parser < MP_VERSION(0, 8, 4, 0))
        return at != NULL;
    size_t n = strlen(name);
    return n >= 5 && strcmp(name + n - 5, ".conf") == 0;
}

int plan_other_files(const char *root, const struct host *host,
                     int (*each)(void *data, const char *path, bool later, struct fail *f),
                     void *data, struct fail *f)
{
    struct names names = {0};
    if (!host->drop_in)
        return DONE;
    int rc = each(data, MAIN_CONF, false, f);
    char *inside = rootfs_resolve(root, CONF_DIR);
    char *outside = inside ? rootfs_outside(root, inside) : NULL;
    if (!rc && !inside)
        rc = fail_errno(f, "cannot follow '" CONF_DIR "'");
    if (!rc && rootfs_names(outside, &names) < 0 && errno != ENOENT)
        rc = fail_errno(f, "cannot read the folder '" CONF_DIR "'");
    /* The daemon sorts the names, too; a boot service has the C locale. */
    const char *own = strrchr(host->path, '/') + 1;
    for (size_t i = 0; i < names.n && !rc; i++) {
        int order = strcmp(names.name[i], own);
        char *path = xprintf(CONF_DIR "/%s", names.name[i]);
        if (order && is_conf(host->parser, names.name[i]))
            rc = each(data, path, order > 0, f);
        free(path);
    }
    free(inside);
    free(outside);
    names_free(&names);
    return rc;
}

/* A link to nothing in our drop-in's place: making what it names would be a surprise. */
static int not_a_link(const struct plan *plan, struct fail *f)
{
    struct stat st;
    char *dir = rootfs_resolve(plan->root, CONF_DIR);
    char *path = dir ? xprintf("%s%s%s", plan->root, dir, strrchr(plan->host.path, '/')) : NULL;
    bool link = path && lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    free(dir);
    free(path);
    return link ? fail_with(f, REFUSED, "'%s' is a link to a file that does not exist",
                            plan->host.path)
                : DONE;
}

static int open_own(struct plan *plan, const struct pack *pack, struct fail *f)
{
    plan->edits = xalloc(sizeof *plan->edits);
    plan->count = 1;
    int rc = edit_open(&plan->edits[0], plan->root, plan->host.path, pack->label, f);
    plan->edits[0].main = !plan->host.drop_in;
    if (!rc && !plan->edits[0].existed && plan->host.drop_in)
        rc = not_a_link(plan, f);
    /* A missing main file blacklists every device on el6 (multipath.md 0.6): one with only our
     * block in it would set multipath loose on the host's own disks. */
    if (!rc && !plan->edits[0].existed && !plan->host.drop_in)
        return fail_with(f, REFUSED, "'%s' does not exist: multipath is not set up on this host",
                         plan->host.path);
    return rc;
}

struct opening {
    struct plan *plan;
    const struct pack *pack;
};

static int open_other(void *data, const char *path, bool later, struct fail *f)
{
    const struct opening *o = data;
    struct plan *plan = o->plan;
    struct edit edit;
    int rc = edit_open(&edit, plan->root, path, o->pack->label, f);
    /* What is no regular file holds no devices; the same file by another name holds ours. */
    if (edit.no_file || (!rc && (!edit.existed || strcmp(edit.path, plan->edits[0].path) == 0))) {
        edit_free(&edit);
        return DONE;
    }
    if (rc) {
        edit_free(&edit);
        return rc;
    }
    for (size_t i = 1; i < plan->count; i++)
        edit.repeated = edit.repeated || strcmp(edit.path, plan->edits[i].path) == 0;
    edit.later = later;
    edit.main = strcmp(path, MAIN_CONF) == 0;
    plan->edits = xgrow(plan->edits, (plan->count + 1) * sizeof *plan->edits);
    plan->edits[plan->count++] = edit;
    return DONE;
}

/* The stanza for this host's parser, and its devices. */
static int open_stanza(struct plan *plan, const struct pack *pack, struct fail *f)
{
    int rc = pack_stanza(pack, &plan->host, &plan->dialect, &plan->stanza, f);
    if (rc)
        return rc;
    plan_split(plan);
    buf_str(&plan->section, PLAN_OPENING);
    buf_text(&plan->section, text_buf(&plan->stanza));
    buf_str(&plan->section, "}\n");
    buf_text(&plan->section, text_buf(&plan->settings));
    plan->alone = (struct mp_source){"the stanza", text_buf(&plan->section), false};
    mp_config_read(&plan->wanted, plan->host.parser, false, pack->label, &plan->alone, 1);
    for (size_t i = 0; i < plan->wanted.count; i++) {
        if (plan->wanted.section[i]->level != MP_DEVICE)
            continue;
        plan->device = xgrow(plan->device, (plan->device_count + 1) * sizeof *plan->device);
        plan->device[plan->device_count++] =
            (struct plan_device){.wanted = plan->wanted.section[i]};
    }
    return DONE;
}

/* Does the host's list of multipathed LUNs have any? Where one only takes those (find_multipaths
 * strict), SM adds the array's to it. */
static bool any_wwid(const char *root, const struct mp_config *base)
{
    struct buf file = {0};
    struct text line;
    bool any = false, strict = false;
    for (size_t i = 0; i < base->count; i++) {
        const char *value = mp_get(base->section[i], "find_multipaths");
        strict = strict || (value && strcmp(value, "strict") == 0);
    }
    if (!strict)
        return false;
    if (rootfs_read(root, WWIDS, &file) == 0)
        for (size_t at = 0; !any && text_line(text_buf(&file), &at, &line);)
            any = text_starts(text_trim(line), "/");
    buf_free(&file);
    return any;
}

/* What no place in any file can mend. */
static int check_host(const struct plan *plan, const struct mp_config *base, struct fail *f)
{
    for (size_t i = 1; i < plan->count; i++)
        if (base->bad && strcmp(base->bad->path, plan->edits[i].path) == 0)
            return edit_refused(&plan->edits[i], base->bad_line, base->bad_reason, f);
    /* Compiled in from 0.9.0 on. */
    static const char usual[] = CONF_DIR;
    for (size_t i = 0; i < base->count && plan->host.drop_in; i++) {
        const struct mp_section *s = base->section[i];
        const struct mp_setting *set = s->level == MP_DEFAULTS ? mp_find(s, "config_dir") : NULL;
        if (!set || !s->source->main || plan->host.parser >= MP_VERSION(0, 9, 0, 0))
            continue;
        size_t n = strlen(usual);
        if (strncmp(set->value, usual, n) != 0 ||
            set->value[n + strspn(set->value + n, "/")] != '\0')
            return fail_with(f, REFUSED,
                             "'%s', line %u: config_dir: this host reads no files in '%s'",
                             s->source->path, set->line, usual);
    }
    return DONE;
}

/* On 0.4.9-86 two entries that are harmless alone kill multipathd together (parsers-2.md P2). */
static int check_alive(const struct plan *plan, struct fail *f)
{
    const struct mp_section *at = plan->config.table->dies_at;
    if (!at)
        return DONE;
    return fail_with(f, REFUSED,
                     "'%s', line %u: this release's multipath dies of this device and one of "
                     "another file: no_path_retry without features; give it 'features \"0\"'",
                     at->source->path, at->line);
}

int plan_make(struct plan *plan, const char *root, const struct pack *pack, struct host *host,
              struct fail *f)
{
    struct mp_config base = {0};
    struct mp_source *source = NULL;
    *plan = (struct plan){.root = root, .host = *host};
    *host = (struct host){0};
    int rc = open_own(plan, pack, f);
    if (!rc)
        rc = open_stanza(plan, pack, f);
    if (!rc)
        rc = plan_other_files(root, &plan->host, open_other, &(struct opening){plan, pack}, f);
    if (!rc) {
        plan_read(plan, pack, PLAN_BASE, &source, &base);
        plan->wwid_known = any_wwid(root, &base);
        plan_settings(plan, &base);
        rc = check_host(plan, &base, f);
    }
    if (!rc)
        rc = plan_settle(plan, pack, &base, f);
    if (rc)
        plan->setting_count = 0; /* they point into base */
    else
        plan_settings(plan, &plan->config);
    if (!rc)
        rc = check_alive(plan, f);
    const struct plan_device *bad = rc ? NULL : plan_not_in_force(plan);
    plan->kept_off = bad && bad->verdict.effect.kept_off;
    mp_config_free(&base);
    free(source);
    return rc;
}

bool plan_differs(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (edit_differs(&plan->edits[i]))
            return true;
    return false;
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->device_count; i++)
        mp_verdict_free(&plan->device[i].verdict);
    mp_config_free(&plan->config);
    mp_config_free(&plan->wanted);
    for (size_t i = 0; i < plan->count; i++) {
        /* It goes with the process: a handful of files, and each close is a system call. */
        plan->edits[i].fd = -1;
        edit_free(&plan->edits[i]);
    }
    free(plan->edits);
    free(plan->device);
    free(plan->setting);
    free(plan->source);
    host_free(&plan->host);
    buf_free(&plan->stanza);
    buf_free(&plan->used);
    buf_free(&plan->section);
    buf_free(&plan->settings);
    buf_free(&plan->delivered);
    *plan = (struct plan){0};
}
