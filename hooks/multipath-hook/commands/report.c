/* SPDX-License-Identifier: MIT */
/* What a person, a fleet and xapi are told; nothing here writes a file. */
#include "action.h"
#include "files.h"
#include "reload.h"
#include "rootfs.h"
#include "sha256.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void escape_xml(struct buf *out, const char *s)
{
    for (; *s; s++)
        if (*s == '<' || *s == '>' || *s == '&')
            buf_str(out, *s == '<' ? "&lt;" : *s == '>' ? "&gt;" : "&amp;");
        else
            buf_add(out, (unsigned char)*s < ' ' ? "?" : s, 1);
}

/* The report on stdout; `rc`, or SYSTEM when it could not be written. */
static int print(struct buf *out, int rc)
{
    bool ok = text_write(STDOUT_FILENO, text_buf(out));
    buf_free(out);
    return ok ? rc : SYSTEM;
}

/* What install would do, worked out without a lock: it reads only. */
static int make_plan(const struct action *a, struct plan *plan, struct fail *f)
{
    struct host host;
    *plan = (struct plan){0};
    int rc = host_detect(a->root, a->pack.label, NULL, &host, f);
    if (!rc)
        return plan_make(plan, a->root, &a->pack, &host, f);
    plan->host = host;
    return rc;
}

int action_check(const struct action *a)
{
    struct fail f;
    struct plan plan;
    struct buf out = {0};
    struct dry_run before = {0};
    bool asked;
    int rc = make_plan(a, &plan, &f);
    if (!rc)
        rc = action_can_change(a, &plan, &f);
    if (!rc && plan_differs(&plan))
        rc = action_ask_parser(a, &plan, &before, &asked, &f);
    dry_run_free(&before);
    if (rc) {
        /* xapi shows the whole element of a code it does not know (packs.md B.7). */
        buf_str(&out, "<error errorcode=\"MULTIPATH_STANZA_REFUSED\"><pack>");
        escape_xml(&out, a->pack.label);
        buf_str(&out, "</pack><reason>");
        escape_xml(&out, f.text);
        buf_str(&out, "</reason></error>\n");
    }
    plan_free(&plan);
    return print(&out, rc);
}

int action_plan(const struct action *a)
{
    struct fail f;
    struct plan plan;
    struct buf out = {0};
    int rc = make_plan(a, &plan, &f);
    if (rc) {
        buf_printf(&out, "multipath-hook: %s: would refuse: %s\n", a->pack.label, f.text);
        text_write(STDERR_FILENO, text_buf(&out));
        out.n = 0;
    }
    for (size_t i = 0; i < plan.count && !rc; i++)
        mp_diff(&plan.edits[i].file, &plan.edits[i].after, plan.edits[i].path, &out);
    plan_free(&plan);
    return print(&out, rc ? rc : out.n ? WOULD : DONE);
}

struct report {
    const char *state, *daemon, *message;
    char file_sha256[65], block_sha256[65];
    bool record, pending;
    struct names beside;
};

static bool is_file(const char *folder, const char *name)
{
    struct stat st;
    char *path = xprintf("%s/%s", folder, name);
    bool yes = lstat(path, &st) == 0 && S_ISREG(st.st_mode);
    free(path);
    return yes;
}

/* Copies of the file that others left beside it: "multipath.conf.rpmnew", ".rpmsave", ".bak", "~".
 */
static void look_beside(const char *root, const char *path, struct names *beside)
{
    struct names names = {0};
    char *dir = files_parent(path), *inside = rootfs_resolve(root, dir);
    char *outside = inside ? rootfs_outside(root, inside) : NULL;
    const char *name = strrchr(path, '/') + 1;
    size_t n = strlen(name);
    if (outside)
        rootfs_names(outside, &names);
    for (size_t i = 0; i < names.n; i++)
        if (strncmp(names.name[i], name, n) == 0 &&
            (names.name[i][n] == '.' || names.name[i][n] == '~') && is_file(outside, names.name[i]))
            names_add(beside, xprintf("%s/%s", dir, names.name[i]));
    names_free(&names);
    free(inside);
    free(outside);
    free(dir);
}

static void look_beside_all(const char *root, const struct plan *plan, struct names *beside)
{
    char *main_conf = rootfs_resolve(root, MAIN_CONF);
    const char *target = plan->edits ? plan->edits[0].path : NULL;
    look_beside(root, MAIN_CONF, beside);
    if (main_conf && strcmp(main_conf, MAIN_CONF) != 0)
        look_beside(root, main_conf, beside);
    if (target && strcmp(target, MAIN_CONF) != 0 && (!main_conf || strcmp(target, main_conf) != 0))
        look_beside(root, target, beside);
    names_sort(beside);
    free(main_conf);
}

static void judge(const struct action *a, const struct plan *plan, int rc, struct report *r,
                  struct fail *f)
{
    struct store store;
    struct state state = {0};
    struct fail ignored;
    if (store_open(&store, a->root, a->pack.label, &ignored) == DONE) {
        state_load(&store, &state, &ignored);
        store_free(&store);
    }
    r->record = state.present;
    r->pending = state.pending;
    state_free(&state);
    if (rc) {
        r->state = "refused";
        r->message = f->text;
    } else if (plan->kept) {
        r->state = "conflict";
    } else if (!plan_differs(plan)) {
        r->state = "applied";
    } else {
        r->state = plan->edits && plan->edits[0].block.count ? "drifted" : "missing";
    }
    if (!rc && plan->conflict)
        r->message = plan->conflict_at;
}

static void ask_daemon(const struct action *a, const struct plan *plan, struct report *r,
                       struct fail *f)
{
    switch (daemon_agrees(a->root, text_buf(&plan->stanza), f)) {
    case RELOAD_NO_DAEMON:
        r->daemon = "none";
        break;
    case RELOAD_TAKEN:
        r->daemon = "agrees";
        break;
    case RELOAD_PENDING:
        r->daemon = "silent";
        r->message = f->text;
        break;
    default:
        r->daemon = "differs";
        r->message = f->text;
        break;
    }
    /* A daemon that has it by now, started since perhaps, waits for nothing. */
    if (r->pending && strcmp(r->state, "applied") == 0 && strcmp(r->daemon, "none") != 0 &&
        strcmp(r->daemon, "agrees") != 0)
        r->state = "pending";
}

/* Bytes of the UTF-8 character at s, 0 where there is none (RFC 3629). */
static size_t utf8(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (p[0] > 0xf4 || (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

static void json_text(struct buf *out, const char *value)
{
    buf_str(out, "\"");
    while (*value) {
        size_t n = utf8(value);
        if (*value == '"' || *value == '\\')
            buf_printf(out, "\\%c", *value);
        else if (!n || (unsigned char)*value < ' ' || *value == 127)
            buf_printf(out, "\\u%04x", n ? (unsigned)*value : 0xfffdu);
        else
            buf_add(out, value, n);
        value += n ? n : 1;
    }
    buf_str(out, "\"");
}

static void json_string(struct buf *out, const char *key, const char *value)
{
    buf_printf(out, "  \"%s\": ", key);
    if (value && *value)
        json_text(out, value);
    else
        buf_str(out, "null");
    buf_str(out, strcmp(key, "version") == 0 ? "\n" : ",\n");
}

/* Of its first marker; 0 without one. */
static unsigned block_line(const struct edit *edit)
{
    return edit->block.count ? mp_line(&edit->file, edit->block.lines.begin) : 0;
}

static void json_report(struct buf *out, const struct action *a, const struct plan *plan,
                        const struct report *r)
{
    const struct edit *edit = plan->edits ? &plan->edits[0] : NULL;
    buf_str(out, "{\n  \"beside\": [");
    for (size_t i = 0; i < r->beside.n; i++) {
        buf_str(out, i ? ", " : "");
        json_text(out, r->beside.name[i]);
    }
    buf_str(out, "],\n");
    json_string(out, "block_sha256", r->block_sha256);
    json_string(out, "block_version", edit ? edit->block.version : NULL);
    json_string(out, "daemon", r->daemon);
    json_string(out, "dialect", plan->host.dialect);
    json_string(out, "file", edit ? edit->path : NULL);
    json_string(out, "file_sha256", r->file_sha256);
    json_string(out, "label", a->pack.label);
    buf_printf(out, "  \"line\": %u,\n", edit ? block_line(edit) : 0);
    json_string(out, "message", r->message);
    buf_printf(out, "  \"record\": %s,\n", r->record ? "true" : "false");
    json_string(out, "release", plan->host.release);
    buf_str(out, "  \"schema\": 1,\n");
    json_string(out, "state", r->state);
    json_string(out, "uuid", a->pack.uuid);
    json_string(out, "version", a->pack.version);
    buf_str(out, "}\n");
}

static void text_report(struct buf *out, const struct action *a, const struct plan *plan,
                        const struct report *r)
{
    const struct edit *edit = plan->edits ? &plan->edits[0] : NULL;
    buf_printf(out, "%s %s: %s\n", a->pack.label, a->pack.version, r->state);
    if (plan->host.release[0])
        buf_printf(out, "  host     %s%s%s\n", plan->host.release,
                   plan->host.dialect ? ", dialect " : "",
                   plan->host.dialect ? plan->host.dialect : "");
    if (edit && edit->path)
        buf_printf(out, "  file     %s%s%s\n", edit->path,
                   r->file_sha256[0] ? ", sha256 " : " (absent)", r->file_sha256);
    if (edit && r->block_sha256[0])
        buf_printf(out, "  block    line %u, version %s, sha256 %s\n", block_line(edit),
                   edit->block.version, r->block_sha256);
    buf_printf(out, "  daemon   %s\n", r->daemon);
    if (!r->record && r->block_sha256[0])
        buf_str(out, "  record   none: 'install' makes it again\n");
    for (size_t i = 0; i < r->beside.n; i++)
        buf_printf(out, "  beside   %s\n", r->beside.name[i]);
    if (r->message)
        buf_printf(out, "  because  %s\n", r->message);
}

int action_status(const struct action *a)
{
    struct fail f = {""}, daemon_fail = {""};
    struct plan plan;
    struct report r = {.daemon = "unknown"};
    struct buf out = {0};
    int rc = make_plan(a, &plan, &f);
    const struct edit *edit = plan.edits ? &plan.edits[0] : NULL;
    judge(a, &plan, rc, &r, &f);
    if (!rc && !plan.kept)
        ask_daemon(a, &plan, &r, &daemon_fail);
    if (edit && edit->existed)
        sha256_hex(text_buf(&edit->before), r.file_sha256);
    if (edit && edit->block.count)
        sha256_hex(
            text_sub(text_buf(&edit->before), edit->block.lines.begin, edit->block.lines.end),
            r.block_sha256);
    look_beside_all(a->root, &plan, &r.beside);
    (a->json ? json_report : text_report)(&out, a, &plan, &r);
    bool well = strcmp(r.state, "applied") == 0 && strcmp(r.daemon, "differs") != 0;
    names_free(&r.beside);
    plan_free(&plan);
    return print(&out, well ? DONE : REFUSED);
}
