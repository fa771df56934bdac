/* SPDX-License-Identifier: MIT */
#include "reload.h"
#include "clock.h"
#include "daemon.h"
#include "lock.h"
#include "config.h"
#include "ready.h"
#include "verdict.h"

#include <string.h>
#include <unistd.h>

#define ASK_MS      10000
#define SETTLE_MS   5000  /* how long an idle daemon may disagree before it counts as refusal */
#define KERNEL_MS   10000 /* how long a map may lack a path after the daemon has taken it */
#define READY_MS    5000  /* how long a path that is not ready is waited for */
#define READY_POLL  500
#define POLL_MS     100
#define FAIRLOCK_MS 30000

static const char *ask_text(enum ask ask)
{
    return ask == ASK_TIMEOUT ? "gave no answer in time" : "broke the connection";
}

/* What the daemon prints of a value without quotes, as 0.4.7 does of all: the rest of the line. */
static void rest_of_line(const struct mp_reader *r, char value[MP_LINE])
{
    struct text rest = text_trim(text_sub(r->file, r->begin, r->end));
    rest = text_trim(text_sub(rest, r->keyword.n, rest.n));
    if (rest.n && rest.p[0] != '"')
        text_print(value, MP_LINE, "%.*s", (int)rest.n, rest.p);
}

/* Its last device of these names, which is the one in force (multipath.md 1.3); NULL for none. */
static const struct mp_section *find_device(const struct mp_config *config,
                                            const struct mp_section *like)
{
    const struct mp_section *found = NULL;
    for (size_t i = 0; i < config->count; i++) {
        const struct mp_section *s = config->section[i];
        const char *vendor = mp_get(s, "vendor"), *product = mp_get(s, "product");
        if (s->level == MP_DEVICE && vendor && product &&
            strcmp(vendor, mp_get(like, "vendor")) == 0 &&
            strcmp(product, mp_get(like, "product")) == 0)
            found = s;
    }
    return found;
}

/* The value of a keyword as a daemon printed it; false where it prints none. */
static bool printed_value(const struct mp_section *device, const char *keyword, char value[MP_LINE])
{
    struct mp_reader r;
    bool found = false;
    mp_open(&r, device->source->text, MP_MODERN);
    for (enum mp_event event; (event = mp_next(&r)) != MP_END;)
        if (event == MP_KEY && r.begin >= device->begin && r.begin < device->end &&
            text_is(r.keyword, keyword)) {
            text_print(value, MP_LINE, "%s", r.value);
            rest_of_line(&r, value);
            found = true;
        }
    return found;
}

/* "no", "0" and "off" are one to the daemon, which prints a word of its own. */
static const char *plain(const char *value)
{
    static const char *const words[][2] = {{"1", "yes"}, {"on", "yes"}, {"0", "no"}, {"off", "no"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(value, words[i][0]) == 0)
            return words[i][1];
    return value;
}

/* Of a list any entry may be ours, else what it printed last counts. It prints no value that is the
 * built-in one up to el7. A list's devices are not compared: 0.4.7 prints them without quotes. */
static bool setting_agrees(const struct mp_config *config, const struct mp_section *ours,
                           struct fail *f)
{
    const struct mp_setting *want = &ours->set[0];
    bool list = ours->level == MP_BLACKLIST || ours->level == MP_EXCEPTIONS, same = !list;
    char have[MP_LINE] = "none";
    for (size_t i = 0; i < config->count; i++) {
        const struct mp_section *s = config->section[i];
        for (size_t k = 0; list && s->level == ours->level && k < s->count; k++)
            same = same || (strcmp(s->set[k].keyword, want->keyword) == 0 &&
                            strcmp(s->set[k].value, want->value) == 0);
        if (!list && s->level == ours->level && printed_value(s, want->keyword, have))
            same = strcmp(plain(have), plain(want->value)) == 0;
    }
    if (same || ours->level == MP_LIST_DEVICE)
        return true;
    fail_with(f, NOT_TAKEN, "multipathd has %s \"%s\", not \"%s\"", want->keyword, have,
              want->value);
    return false;
}

/* Every keyword of ours against theirs. The daemon prints the value it acts on; where it knows no
 * such keyword it prints none. */
static bool device_agrees(const struct mp_config *config, const struct mp_section *ours,
                          struct fail *f)
{
    char have[MP_LINE];
    const char *vendor = mp_get(ours, "vendor"), *product = mp_get(ours, "product");
    if (ours->level != MP_DEVICE)
        return !ours->count || setting_agrees(config, ours, f);
    if (!vendor || !product)
        return true; /* no parser takes such a device for another's */
    const struct mp_section *theirs = find_device(config, ours);
    if (!theirs) {
        fail_with(f, NOT_TAKEN, "multipathd has no device \"%s\" \"%s\"", vendor, product);
        return false;
    }
    for (size_t i = 0; i < ours->count; i++) {
        const struct mp_setting *want = mp_find(ours, ours->set[i].keyword);
        if (!printed_value(theirs, want->keyword, have) || strcmp(want->value, have) == 0)
            continue;
        fail_with(f, NOT_TAKEN, "multipathd has %s \"%s\" for \"%s\" \"%s\", not \"%s\"",
                  want->keyword, have, vendor, product, want->value);
        return false;
    }
    return true;
}

/* A blacklist that no file has any more may still be in the daemon. Not one of wwids: the release's
 * own is in every daemon, and SM lifts it. */
static bool device_is_let_in(const struct mp_config *config, const struct mp_section *ours,
                             struct fail *f)
{
    struct mp_verdict verdict;
    if (ours->level != MP_DEVICE)
        return true;
    mp_judge(config, ours, &(struct mp_lun){.wwid_known = true}, &verdict);
    const char *by = verdict.effect.kept_off;
    bool ok = !by || strcmp(by, "blacklist wwid") == 0;
    if (!ok)
        fail_with(f, NOT_TAKEN,
                  "multipathd keeps \"%s\" \"%s\" off multipath by a %s that no file has",
                  verdict.vendor, verdict.product, by);
    mp_verdict_free(&verdict);
    return ok;
}

static bool ends(struct text t, const char *end)
{
    size_t n = strlen(end);
    return t.n >= n && text_is(text_sub(t, t.n - n, t.n), end);
}

/* Of a blacklist's device without a product daemons print no closing brace (0.9.4, 0.11.1, 0.15.1)
 * or `product "(null)"` (0.8.5), measured: each section that opens is made to stand where its kind
 * stands, and such a line goes. */
static void mend_print(struct text config, struct buf *out)
{
    struct text line, word;
    int open = 0;
    for (size_t at = 0; text_line(config, &at, &line);) {
        word = text_trim(line);
        if (ends(word, "(null)") || ends(word, "\"(null)\""))
            continue;
        if (text_starts(word, "}"))
            open--;
        /* A value without quotes may end so too: a section is one word and the brace. */
        if (ends(word, " {") && memchr(word.p, ' ', word.n) == word.p + word.n - 2) {
            int depth = text_starts(word, "device {") || text_starts(word, "multipath {") ||
                        text_starts(word, "protocol {");
            for (; open > depth; open--)
                buf_str(out, "}\n");
            open = depth + 1;
        }
        buf_text(out, line);
    }
}

/* Every device of the stanza against all that the daemon printed. */
static bool all_devices(struct text config, struct text stanza,
                        bool test(const struct mp_config *, const struct mp_section *,
                                  struct fail *),
                        struct fail *f)
{
    /* The daemon's print is read alike in every era: one value a line, nothing behind it. */
    struct buf section = {0}, print_text = {0};
    struct mp_config theirs, ours;
    struct text line;
    bool ok = true, closed = false;
    mend_print(config, &print_text);
    buf_str(&section, "devices {\n");
    for (size_t at = 0; text_line(stanza, &at, &line);) {
        bool beside = !closed && (text_starts(line, "defaults") || text_starts(line, "blacklist") ||
                                  text_starts(line, "overrides"));
        if (beside)
            buf_str(&section, "}\n");
        closed = closed || beside;
        buf_text(&section, line);
    }
    const struct mp_source print = {"multipathd", text_buf(&print_text), true};
    const struct mp_source alone = {"the stanza", text_buf(&section), true};
    mp_config_read(&theirs, MP_VERSION(0, 6, 0, 0), false, "", &print, 1);
    mp_config_read(&ours, MP_VERSION(0, 6, 0, 0), false, "", &alone, 1);
    for (size_t i = 0; ok && i < ours.count; i++)
        ok = test(&theirs, ours.section[i], f);
    mp_config_free(&theirs);
    mp_config_free(&ours);
    buf_free(&print_text);
    buf_free(&section);
    return ok;
}

bool config_agrees(struct text config, struct text stanza, struct fail *f)
{
    return all_devices(config, stanza, device_agrees, f);
}

bool config_lets_in(struct text config, struct text stanza, struct fail *f)
{
    return all_devices(config, stanza, device_is_let_in, f);
}

bool config_names_map(struct text config, const char *wwid)
{
    struct text line;
    bool inside = false;
    for (size_t at = 0; text_line(config, &at, &line);) {
        if (text_starts(line, "multipaths"))
            inside = true;
        else if (line.n && line.p[0] == '}')
            inside = false;
        line = text_trim(line);
        if (!inside || !text_starts(line, "wwid"))
            continue;
        line = text_trim(text_sub(line, 4, line.n));
        if (line.n > 1 && line.p[0] == '"' && line.p[line.n - 1] == '"')
            line = text_sub(line, 1, line.n - 1);
        if (text_is(line, wwid))
            return true;
    }
    return false;
}

/* RELOAD_TAKEN: config has it. */
static enum reload ask_config(const struct order *o, struct buf *config, struct fail *f)
{
    enum daemon found = daemon_find(o->root, o->era, f);
    if (found != DAEMON_SERVES)
        return found == DAEMON_NONE ? RELOAD_NO_DAEMON : RELOAD_PENDING;
    enum ask ask = daemon_ask(o->root, o->era, "show config", ASK_MS, config);
    if (ask == ASK_OK)
        return RELOAD_TAKEN;
    if (ask == ASK_NO_DAEMON)
        return RELOAD_NO_DAEMON;
    fail_with(f, NOT_TAKEN, "multipathd %s", ask_text(ask));
    return RELOAD_PENDING;
}

/* The kernel's maps of now, against those of before (NULL: not compared) and what is wanted. Where
 * they cannot be known there is nothing to judge. */
static bool kernel_agrees(const struct order *o, struct text config, const struct maps *before,
                          struct fail *f)
{
    struct maps maps;
    struct fail unknown;
    struct buf why = {0};
    bool known = maps_read(o->root, o->is_ours, o->context, &maps, &unknown), ok = true;
    if (before && maps_lost(before, &maps, &why)) {
        fail_with(f, NOT_TAKEN, "missing since multipathd was told: %s", buf_cstr(&why));
        ok = false;
    }
    for (size_t i = 0; known && ok && o->want && i < maps.n; i++) {
        const struct map *map = &maps.maps[i];
        struct map_wanted wanted = {0};
        if (!map->ours || config_names_map(config, map->wwid) || !o->want(o->context, map, &wanted))
            continue;
        wanted.daemon = true;
        why.n = 0;
        ok = map_agrees(map, &wanted, &why);
        if (!ok)
            fail_with(f, NOT_TAKEN, "%s", buf_cstr(&why));
    }
    maps_free(&maps);
    buf_free(&why);
    return ok;
}

static enum reload all_agree(const struct order *o, const struct maps *before, bool *config_taken,
                             struct fail *f)
{
    struct buf config = {0};
    enum reload result = ask_config(o, &config, f);
    if (result == RELOAD_TAKEN) {
        *config_taken = config_agrees(text_buf(&config), o->stanza, f);
        /* After a reload that is no refusal: the daemon may have it from elsewhere. */
        bool let_in = before || o->kept_off || config_lets_in(text_buf(&config), o->stanza, f);
        if (!*config_taken || !let_in || !kernel_agrees(o, text_buf(&config), before, f))
            result = RELOAD_FAILED;
    }
    buf_free(&config);
    return result;
}

enum reload reload_needed(const struct order *o, struct fail *f)
{
    bool config_taken;
    return all_agree(o, NULL, &config_taken, f);
}

/* From 0.8.8 on `reconfigure` answers at once and is done later. */
static bool still_configuring(const struct order *o, long long until)
{
    struct buf reply = {0};
    bool yes = daemon_ask(o->root, o->era, "show daemon", ms_left(until), &reply) == ASK_OK &&
               text_starts(text_buf(&reply), "pid ") && text_find(buf_cstr(&reply), " configure");
    buf_free(&reply);
    return yes;
}

static enum reload wait_until_taken(const struct order *o, const struct maps *before,
                                    long long until, struct fail *f)
{
    long long settled = ms_now() + SETTLE_MS;
    for (bool had_config = false, has_config = false;; had_config = has_config) {
        bool busy = still_configuring(o, until);
        enum reload result = busy ? RELOAD_PENDING : all_agree(o, before, &has_config, f);
        if (busy)
            settled = ms_now() + SETTLE_MS;
        else if (has_config && !had_config)
            settled = ms_now() + KERNEL_MS;
        if (result == RELOAD_TAKEN)
            return result;
        if (result == RELOAD_NO_DAEMON) {
            fail_with(f, NOT_TAKEN, "multipathd ended while it read the new configuration");
            return RELOAD_FAILED;
        }
        if (busy && !ms_left(until)) {
            fail_with(f, NOT_TAKEN, "multipathd is still busy with the new configuration");
            return RELOAD_FAILED;
        }
        if (!ms_left(settled) || !ms_left(until))
            return RELOAD_FAILED; /* f holds the difference */
        ms_sleep(POLL_MS);
    }
}

static int most(struct text t)
{
    return (int)(t.n < 80 ? t.n : 80);
}

static const struct map *first_of_ours(const struct maps *maps)
{
    for (size_t i = 0; i < maps->n; i++)
        if (maps->maps[i].ours)
            return &maps->maps[i];
    return NULL;
}

/* RELOAD_TAKEN: a reload loses nothing that is seen now. *before: the maps of that moment. */
static enum reload ready_now(const struct order *o, struct maps *before, struct fail *f)
{
    static const char next[] = "a reload could lose it for good";
    struct buf reply = {0};
    struct text map, path;
    struct fail unknown, why = {""};
    enum reload result = RELOAD_TAKEN;
    enum ask ask = daemon_ask(o->root, o->era, "show topology", ASK_MS, &reply);
    maps_read(o->root, o->is_ours, o->context, before, &unknown);
    if (ask != ASK_OK) {
        fail_with(f, NOT_TAKEN, "multipathd %s", ask_text(ask));
        result = RELOAD_FAILED;
    } else if (o->loses_map && first_of_ours(before)) {
        result = RELOAD_PENDING;
        fail_with(f, NOT_TAKEN,
                  "the files keep the array off multipath, and its map '%s' would lose its paths",
                  first_of_ours(before)->name);
    } else if (!topology_ready(text_buf(&reply), !o->keeps_paths, kernel_ready(before), &map,
                               &path)) {
        result = RELOAD_PENDING;
        if (path.n)
            fail_with(f, NOT_TAKEN, "the path '%.*s' of the map '%.*s' is not ready: %s",
                      most(path), path.p, most(map), map.p, next);
        else
            fail_with(f, NOT_TAKEN, "the map '%.*s' has no path: %s", most(map), map.p, next);
    } else if (!disks_ready(before, !o->keeps_paths, &why)) {
        result = RELOAD_PENDING;
        fail_with(f, NOT_TAKEN, "%s: %s", why.text, next);
    }
    if (result != RELOAD_TAKEN)
        maps_free(before);
    buf_free(&reply);
    return result;
}

/* With the other multipath commands of this host held off. */
static enum reload reconfigure(const struct order *o, int most_ms, struct fail *f)
{
    struct buf reply = {0};
    struct maps before;
    enum reload result;
    for (long long until = ms_now() + READY_MS;; ms_sleep(READY_POLL)) {
        result = ready_now(o, &before, f);
        if (result != RELOAD_PENDING || !ms_left(until))
            break;
    }
    if (result != RELOAD_TAKEN)
        return result;
    result = RELOAD_FAILED;
    long long until = ms_now() + most_ms;
    enum ask ask = daemon_ask(o->root, o->era, "reconfigure", most_ms, &reply);
    struct text answer = text_trim(text_buf(&reply));
    /* Its exit status lies in most eras; the word does not. */
    if (ask != ASK_OK)
        fail_with(f, NOT_TAKEN, "multipathd %s", ask_text(ask));
    else if (!text_is(answer, "ok"))
        fail_with(f, NOT_TAKEN, "multipathd answered '%.*s' to reconfigure", most(answer),
                  answer.p);
    else
        result = wait_until_taken(o, &before, until, f);
    maps_free(&before);
    buf_free(&reply);
    return result;
}

enum reload reload_daemon(const struct order *o, int most_ms, struct fail *f)
{
    struct dry_run now;
    enum daemon found = daemon_find(o->root, o->era, f);
    if (found != DAEMON_SERVES)
        return found == DAEMON_NONE ? RELOAD_NO_DAEMON : RELOAD_PENDING;
    int lock = lock_fairlock(o->root, FAIRLOCK_MS);
    if (lock == -2) {
        fail_with(f, NOT_TAKEN, "others have held the lock around multipath's commands for %d s",
                  FAIRLOCK_MS / 1000);
        return RELOAD_PENDING;
    }
    enum reload result = RELOAD_TAKEN;
    if (o->asks_parser) {
        dry_run(o->root, NULL, &now);
        if (dry_run_fatal(&now, f))
            result = RELOAD_REFUSED;
        dry_run_free(&now);
    }
    if (result == RELOAD_TAKEN)
        result = reconfigure(o, most_ms, f);
    if (lock >= 0)
        close(lock);
    return result;
}
