/* SPDX-License-Identifier: MIT */
/* What a person, a fleet and xapi are told; nothing here writes a file. */
#include "action.h"
#include "files.h"
#include "reload.h"
#include "sha256.h"

#include <errno.h>
#include <stdio.h>
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

/* Would the write succeed? The folder (or the nearest one that is there) must take a new name. */
static int writable(const struct edit *edit, struct fail *f)
{
    char *dir = files_parent(edit->outside);
    while (access(dir, F_OK) < 0 && errno == ENOENT && strcmp(dir, "/") != 0) {
        char *up = files_parent(dir);
        free(dir);
        dir = up;
    }
    int rc = access(dir, W_OK | X_OK) < 0 ? fail_errno(f, "cannot write in '%s'", dir) : DONE;
    free(dir);
    return rc;
}

int action_check(const struct action *a)
{
    struct fail f;
    struct edit edit;
    int rc = edit_plan(&edit, a->root, &a->pack, &f);
    if (!rc)
        rc = writable(&edit, &f);
    if (rc) {
        /* xapi shows the whole element of a code it does not know (packs.md B.7). */
        struct buf out = {0};
        buf_str(&out, "<error errorcode=\"MULTIPATH_STANZA_REFUSED\"><pack>");
        escape_xml(&out, a->pack.label);
        buf_str(&out, "</pack><reason>");
        escape_xml(&out, f.text);
        buf_str(&out, "</reason></error>");
        puts(buf_cstr(&out));
        buf_free(&out);
    }
    edit_free(&edit);
    return rc;
}

int action_plan(const struct action *a)
{
    struct fail f;
    struct edit edit;
    int rc = edit_plan(&edit, a->root, &a->pack, &f);
    if (rc) {
        fprintf(stderr, "multipath-hook: %s: would refuse: %s\n", a->pack.label, f.text);
    } else {
        struct buf out = {0};
        mp_diff(text_buf(&edit.before), text_buf(&edit.after), edit.path, &out);
        if (out.n)
            fwrite(out.p, 1, out.n, stdout);
        rc = out.n ? WOULD : DONE;
        buf_free(&out);
    }
    edit_free(&edit);
    return rc;
}

struct report {
    const char *state, *daemon;
    const char *message;
    char file_sha256[65], block_sha256[65];
    unsigned line;
};

static void judge(const struct action *a, const struct edit *edit, int rc, struct report *r,
                  struct fail *f)
{
    struct store store;
    struct state state = {0};
    struct fail ignored;
    if (rc) {
        r->state = "refused";
        r->message = f->text;
        return;
    }
    if (store_open(&store, a->root, a->pack.label, &ignored) == DONE)
        state_load(&store, &state, &ignored);
    bool same = text_eq(text_buf(&edit->before), text_buf(&edit->after));
    if (edit->kept)
        r->state = "conflict";
    else if (same)
        r->state = state.pending ? "pending" : "applied";
    else
        r->state = edit->block.count ? "drifted" : "missing";
    if (edit->conflict)
        r->message = edit->conflict_at;
    state_free(&state);
    store_free(&store);
}

static void ask_daemon(const struct action *a, const struct edit *edit, struct report *r,
                       struct fail *f)
{
    switch (daemon_agrees(a->root, text_buf(&edit->stanza), f)) {
    case RELOAD_NO_DAEMON:
        r->daemon = "none";
        break;
    case RELOAD_TAKEN:
        r->daemon = "agrees";
        break;
    case RELOAD_FAILED:
        r->daemon = "differs";
        r->message = f->text;
        break;
    case RELOAD_PENDING:
        r->daemon = "silent";
        r->message = f->text;
        break;
    }
}

static void json_string(const char *key, const char *value, const char *after)
{
    printf("  \"%s\": ", key);
    if (!value || !*value) {
        printf("null%s\n", after);
        return;
    }
    putchar('"');
    for (; *value; value++)
        if (*value == '"' || *value == '\\')
            printf("\\%c", *value);
        else if ((unsigned char)*value < ' ' || (unsigned char)*value > '~')
            printf("\\u%04x", (unsigned char)*value);
        else
            putchar(*value);
    printf("\"%s\n", after);
}

static void print_json(const struct action *a, const struct edit *edit, const struct report *r)
{
    puts("{");
    json_string("block_sha256", r->block_sha256, ",");
    json_string("daemon", r->daemon, ",");
    json_string("dialect", edit->host.dialect, ",");
    json_string("file", edit->path, ",");
    json_string("file_sha256", r->file_sha256, ",");
    json_string("label", a->pack.label, ",");
    printf("  \"line\": %u,\n", r->line);
    json_string("message", r->message, ",");
    json_string("release", edit->host.release, ",");
    puts("  \"schema\": 1,");
    json_string("state", r->state, ",");
    json_string("uuid", a->pack.uuid, ",");
    json_string("version", a->pack.version, "");
    puts("}");
}

static void print_text(const struct action *a, const struct edit *edit, const struct report *r)
{
    printf("%s %s: %s\n", a->pack.label, a->pack.version, r->state);
    if (edit->host.release[0])
        printf("  host     %s, dialect %s\n", edit->host.release, edit->host.dialect);
    if (edit->path)
        printf("  file     %s%s%s\n", edit->path, r->file_sha256[0] ? ", sha256 " : " (absent)",
               r->file_sha256);
    if (r->line)
        printf("  block    line %u, sha256 %s\n", r->line, r->block_sha256);
    printf("  daemon   %s\n", r->daemon);
    if (r->message)
        printf("  because  %s\n", r->message);
}

int action_status(const struct action *a)
{
    struct fail f = {""}, daemon_fail = {""};
    struct edit edit;
    struct report r = {.daemon = "unknown"};
    int rc = edit_plan(&edit, a->root, &a->pack, &f);
    judge(a, &edit, rc, &r, &f);
    if (!rc && !edit.kept)
        ask_daemon(a, &edit, &r, &daemon_fail);
    if (edit.existed)
        sha256_hex(text_buf(&edit.before), r.file_sha256);
    if (edit.block.count) {
        r.line = edit.block.line;
        sha256_hex(edit.block.lines, r.block_sha256);
    }
    (a->json ? print_json : print_text)(a, &edit, &r);
    edit_free(&edit);
    bool well = strcmp(r.state, "applied") == 0 && strcmp(r.daemon, "differs") != 0;
    return well ? DONE : REFUSED;
}
