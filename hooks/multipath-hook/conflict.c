/* SPDX-License-Identifier: MIT */
#include "conflict.h"
#include "rootfs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const struct edit *edit;
    struct mp_doc ours;
    struct conflicts *found;
};

static void note(struct search *s, const char *path, const struct mp_device *device, bool beyond)
{
    struct conflicts *found = s->found;
    if (!found->count++)
        snprintf(found->first, sizeof found->first, "'%s', line %u,", path, device->line);
    found->beyond = found->beyond || beyond;
}

/* One file: `edited` is the one our block goes to, `later` is read after it. */
static void search_text(struct search *s, const char *path, struct text text, bool edited,
                        bool later)
{
    enum mp_era era = s->edit->host.era;
    struct mp_doc doc;
    mp_read(text, era, &doc);
    for (size_t i = 0; i < doc.device_count; i++)
        for (size_t o = 0; o < s->ours.device_count; o++) {
            struct mp_device *device = &doc.devices[i], *our = &s->ours.devices[o];
            if (!our->vendor || !our->product)
                continue;
            enum mp_clash clash = mp_clash(device, our->vendor, our->product, era, later);
            if (clash == MP_NO_CLASH)
                continue;
            note(s, path, device, !edited && later);
            if (edited) {
                size_t size = (s->found->off_count + 1) * sizeof *s->found->off;
                s->found->off = xgrow(s->found->off, size);
                s->found->off[s->found->off_count++] = i;
            }
            break;
        }
    mp_doc_free(&doc);
}

static int search_file(struct search *s, const char *path, bool later, struct fail *f)
{
    struct buf text = {0};
    int rc = DONE;
    char *inside = rootfs_resolve(s->edit->root, path);
    if (!inside)
        return fail_errno(f, "cannot follow '%s'", path);
    bool ours = strcmp(inside, s->edit->path) == 0;
    free(inside);
    if (ours)
        return DONE;
    if (rootfs_read(s->edit->root, path, &text, NULL) == 0)
        search_text(s, path, text_buf(&text), false, later);
    else if (errno != ENOENT)
        rc = fail_errno(f, "cannot read '%s'", path);
    buf_free(&text);
    return rc;
}

/* Up to 0.8.3 every name with ".conf" anywhere in it is read, later only a real suffix. */
static bool is_conf(enum mp_era era, const char *name)
{
    const char *at = strstr(name, ".conf");
    if (era != MP_MODERN)
        return at != NULL;
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".conf") == 0;
}

static int search_conf_dir(struct search *s, struct fail *f)
{
    int rc = DONE;
    char *inside = rootfs_resolve(s->edit->root, CONF_DIR);
    if (!inside)
        return fail_errno(f, "cannot follow '" CONF_DIR "'");
    char *outside = rootfs_outside(s->edit->root, inside);
    DIR *d = opendir(outside);
    if (!d && errno != ENOENT)
        rc = fail_errno(f, "cannot read the folder '" CONF_DIR "'");
    const char *own = strrchr(s->edit->host.path, '/') + 1;
    for (struct dirent *e; d && !rc && (errno = 0, e = readdir(d));) {
        if (e->d_name[0] == '.' && (!e->d_name[1] || !strcmp(e->d_name, "..")))
            continue;
        if (!is_conf(s->edit->host.era, e->d_name))
            continue;
        char *path = xprintf(CONF_DIR "/%s", e->d_name);
        /* The daemon sorts the names; a boot service has the C locale. */
        rc = search_file(s, path, strcmp(e->d_name, own) > 0, f);
        free(path);
    }
    if (d && !rc && errno)
        rc = fail_errno(f, "cannot read the folder '" CONF_DIR "'");
    if (d)
        closedir(d);
    free(inside);
    free(outside);
    return rc;
}

int conflicts_find(const struct edit *edit, struct conflicts *found, struct fail *f)
{
    struct search s = {.edit = edit, .found = found};
    struct buf alone = {0};
    int rc = DONE;

    *found = (struct conflicts){0};
    buf_printf(&alone, "devices {\n%.*s}\n", (int)edit->stanza.n, edit->stanza.p);
    mp_read(text_buf(&alone), edit->host.era, &s.ours);
    if (s.ours.device_count == 0)
        rc = fail_with(f, SYSTEM, "the pack's own stanza holds no device");
    /* In the edited file ours stands last: all its devices are read before ours. */
    if (!rc)
        search_text(&s, edit->path, text_buf(&edit->base), true, false);
    if (!rc && edit->host.drop_in) {
        rc = search_file(&s, MAIN_CONF, false, f);
        if (!rc)
            rc = search_conf_dir(&s, f);
    }
    mp_doc_free(&s.ours);
    buf_free(&alone);
    return rc;
}

void conflicts_free(struct conflicts *found)
{
    free(found->off);
    *found = (struct conflicts){0};
}
