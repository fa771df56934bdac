/* SPDX-License-Identifier: MIT */
#include "plan.h"
#include "rootfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Up to 0.8.3 every name with ".conf" anywhere in it is read, later only a real suffix. */
static bool is_conf(enum mp_era era, const char *name)
{
    const char *at = strstr(name, ".conf");
    if (era != MP_MODERN)
        return at != NULL;
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".conf") == 0;
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
        if (order && is_conf(host->era, names.name[i]))
            rc = each(data, path, order > 0, f);
        free(path);
    }
    free(inside);
    free(outside);
    names_free(&names);
    return rc;
}

struct search {
    struct plan *plan;
    const struct pack *pack;
};

static void read_names(struct plan *plan)
{
    struct rope alone = rope_of(text_of("devices {\n"));
    struct mp_reader r;
    struct mp_device ours;
    rope_add(&alone, text_buf(&plan->stanza));
    mp_open(&r, &alone, plan->host.era);
    while (mp_next_device(&r, &ours)) {
        if (!ours.has_vendor || !ours.has_product)
            continue;
        plan->names = xgrow(plan->names, (plan->name_count + 2) * sizeof *plan->names);
        plan->names[plan->name_count++] = xstrdup(ours.vendor);
        plan->names[plan->name_count++] = xstrdup(ours.product);
    }
    rope_free(&alone);
}

/* Does the device stand in the way of one of ours? */
static bool clashes(const struct plan *plan, const struct mp_device *theirs, bool later)
{
    for (size_t i = 0; i < plan->name_count; i += 2)
        if (mp_clash(theirs, plan->names[i], plan->names[i + 1], plan->host.era, later))
            return true;
    return false;
}

static int note(struct search *s, struct edit *edit, const struct mp_device *device, struct fail *f)
{
    struct plan *plan = s->plan;
    if (!plan->conflict)
        text_print(plan->conflict_at, sizeof plan->conflict_at, "'%s', line %u,", edit->path,
                   device->line);
    plan->conflict = true;
    if (s->pack->on_conflict != REPLACE)
        return DONE;
    if (!device->closed)
        return edit_refused(edit, device->line,
                            "a device for this array begins here and never ends", f);
    edit->off = xgrow(edit->off, (edit->off_count + 1) * sizeof *edit->off);
    edit->off[edit->off_count++] = (struct mp_span){device->begin, device->end};
    return DONE;
}

/* Finds the devices of one file that are in our way; `later`: the file is read after ours. */
static int search_edit(struct search *s, struct edit *edit, bool later, struct fail *f)
{
    const struct host *host = &s->plan->host;
    const struct mp_point *end = &edit->read.now;
    struct mp_device device;
    unsigned section = 0;
    int rc = DONE;

    mp_open(&edit->read, &edit->base, host->era);
    while (!rc && mp_next_device(&edit->read, &device)) {
        if (host->era == MP_047 && device.section != section) {
            /* What stood in an earlier section is forgotten there. */
            edit->off_count = 0;
            s->plan->conflict = false;
        }
        section = device.section;
        if (clashes(s->plan, &device, later))
            rc = note(s, edit, &device, f);
    }
    if (rc || !host->drop_in || edit == s->plan->edits)
        return rc;
    if (!later && end->bad_line)
        return edit_refused(edit, end->bad_line, end->bad_reason, f);
    if (end->config_dir_line && host->era == MP_EL7)
        return edit_refused(edit, end->config_dir_line,
                            "config_dir: this host reads no files in '" CONF_DIR "'", f);
    return DONE;
}

static int search_file(void *data, const char *path, bool later, struct fail *f)
{
    struct search *s = data;
    struct plan *plan = s->plan;
    struct edit edit;
    int rc = edit_open(&edit, plan->root, path, s->pack->label, f);
    /* What is no regular file holds no devices; the same file by another name holds ours. */
    bool skip =
        edit.no_file || (!rc && (!edit.existed || strcmp(edit.path, plan->edits[0].path) == 0));
    if (!rc && !skip)
        rc = search_edit(s, &edit, later, f);
    if (skip)
        rc = DONE;
    if (!rc && !skip && (edit.off_count || !rope_eq(&edit.file, &edit.base))) {
        plan->edits = xgrow(plan->edits, (plan->count + 1) * sizeof *plan->edits);
        plan->edits[plan->count++] = edit;
    } else {
        edit_free(&edit);
    }
    return rc;
}

static int write_after(struct plan *plan, struct edit *edit, const struct pack *pack,
                       struct fail *f)
{
    struct mp_refusal why;
    struct mp_edit wanted = {
        .era = plan->host.era,
        .pack = {pack->label, pack->version, {"", 0}},
        .off = edit->off,
        .off_count = edit->off_count,
        .read = &edit->read,
    };
    if (edit == plan->edits)
        wanted.pack.stanza = text_buf(&plan->stanza);
    if (plan->kept || (edit != plan->edits && !edit->off_count))
        rope_range(&edit->after, &edit->base, 0, edit->base.n);
    else if (!mp_install(&edit->file, &edit->base, &edit->block, &wanted, &edit->after, &why))
        return edit_refused(edit, why.line, why.reason, f);
    return DONE;
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
    if (!rc && !plan->edits[0].existed && plan->host.drop_in)
        rc = not_a_link(plan, f);
    /* A missing main file blacklists every device on el6 (multipath.md 0.6): one with only our
     * block in it would set multipath loose on the host's own disks. */
    if (!rc && !plan->edits[0].existed && !plan->host.drop_in)
        return fail_with(f, REFUSED, "'%s' does not exist: multipath is not set up on this host",
                         plan->host.path);
    if (!rc)
        rc = pack_stanza(pack, plan->host.dialect, &plan->stanza, f);
    if (!rc)
        read_names(plan);
    return rc;
}

int plan_make(struct plan *plan, const char *root, const struct pack *pack, struct host *host,
              struct fail *f)
{
    struct search search = {plan, pack};
    *plan = (struct plan){.root = root, .host = *host};
    *host = (struct host){0};
    int rc = open_own(plan, pack, f);
    if (!rc)
        rc = search_edit(&search, &plan->edits[0], false, f);
    if (!rc)
        rc = plan_other_files(root, &plan->host, search_file, &search, f);
    if (!rc && plan->conflict && pack->on_conflict == FAIL)
        rc = fail_with(f, REFUSED, "%s already has a device for this array", plan->conflict_at);
    plan->kept = plan->conflict && pack->on_conflict == KEEP;
    for (size_t i = 0; i < plan->count && !rc; i++)
        rc = write_after(plan, &plan->edits[i], pack, f);
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
    for (size_t i = 0; i < plan->count; i++)
        edit_free(&plan->edits[i]);
    free(plan->edits);
    for (size_t i = 0; i < plan->name_count; i++)
        free(plan->names[i]);
    free(plan->names);
    host_free(&plan->host);
    buf_free(&plan->stanza);
    *plan = (struct plan){0};
}
