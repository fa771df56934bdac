/* SPDX-License-Identifier: MIT */
#include "reload.h"
#include "clock.h"
#include "daemon.h"
#include "lock.h"
#include "config.h"

#include <string.h>
#include <unistd.h>

#define ASK_MS      10000
#define SETTLE_MS   5000 /* how long an idle daemon may disagree before it counts as refusal */
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

/* Every keyword of ours against theirs. The daemon prints the value it acts on; where it knows no
 * such keyword it prints none. */
static bool device_agrees(const struct mp_config *config, const struct mp_section *ours,
                          struct fail *f)
{
    char have[MP_LINE];
    const char *vendor = mp_get(ours, "vendor"), *product = mp_get(ours, "product");
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

bool config_agrees(struct text config, struct text expected, struct fail *f)
{
    /* The daemon's print is read alike in every era: one value a line, nothing behind it. */
    struct buf section = {0};
    struct mp_config theirs, ours;
    bool ok = true;
    buf_str(&section, "devices {\n");
    buf_text(&section, expected);
    const struct mp_source print = {"multipathd", config, true};
    const struct mp_source alone = {"the stanza", text_buf(&section), true};
    mp_config_read(&theirs, MP_VERSION(0, 6, 0, 0), false, "", &print, 1);
    mp_config_read(&ours, MP_VERSION(0, 6, 0, 0), false, "", &alone, 1);
    for (size_t i = 0; ok && i < ours.count; i++)
        ok = device_agrees(&theirs, ours.section[i], f);
    mp_config_free(&theirs);
    mp_config_free(&ours);
    buf_free(&section);
    return ok;
}

enum reload daemon_agrees(const char *root, struct text stanza, struct fail *f)
{
    struct buf reply = {0};
    enum reload result = RELOAD_PENDING;
    enum ask ask = daemon_ask(root, "show config", ASK_MS, &reply);
    if (ask == ASK_NO_DAEMON)
        result = RELOAD_NO_DAEMON;
    else if (ask != ASK_OK)
        fail_with(f, NOT_TAKEN, "multipathd %s", ask_text(ask));
    else
        result = config_agrees(text_buf(&reply), stanza, f) ? RELOAD_TAKEN : RELOAD_FAILED;
    buf_free(&reply);
    return result;
}

/* A map's own line names its dm-N and is not drawn as part of a tree. */
static bool is_map_line(struct text line)
{
    if (!line.n || strchr(" |`\\+-[", line.p[0]))
        return false;
    for (size_t i = 0; i + 4 < line.n; i++)
        if (memcmp(line.p + i, " dm-", 4) == 0 && line.p[i + 4] >= '0' && line.p[i + 4] <= '9')
            return true;
    return false;
}

static bool has_word(struct text line, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 1; i + n <= line.n; i++)
        if (memcmp(line.p + i, word, n) == 0 && strchr(" [", line.p[i - 1]) &&
            (i + n == line.n || strchr(" ]\r\n", line.p[i + n])))
            return true;
    return false;
}

bool topology_ready(struct text topology, struct text *map)
{
    struct text line, present = {0};
    bool ready = true;
    for (size_t at = 0; text_line(topology, &at, &line);) {
        if (is_map_line(line)) {
            if (!ready)
                break;
            present = text_trim(line);
            ready = false;
        } else if (has_word(line, "ready") || has_word(line, "ghost")) {
            ready = true;
        }
    }
    *map = present;
    return ready;
}

/* From 0.8.8 on `reconfigure` answers at once and is done later. */
static bool still_configuring(const char *root, long long until)
{
    struct buf reply = {0};
    bool yes = daemon_ask(root, "show daemon", ms_left(until), &reply) == ASK_OK &&
               text_starts(text_buf(&reply), "pid ") && strstr(buf_cstr(&reply), " configure");
    buf_free(&reply);
    return yes;
}

static enum reload wait_until_taken(const char *root, struct text stanza, long long until,
                                    struct fail *f)
{
    long long settled = ms_now() + SETTLE_MS;
    for (;;) {
        bool busy = still_configuring(root, until);
        enum reload result = busy ? RELOAD_PENDING : daemon_agrees(root, stanza, f);
        if (busy)
            settled = ms_now() + SETTLE_MS;
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

/* With the other multipath commands of this host held off. */
static enum reload reconfigure(const char *root, struct text stanza, long long until,
                               struct fail *f)
{
    struct buf reply = {0};
    struct text map;
    enum reload result = RELOAD_FAILED;
    enum ask ask = daemon_ask(root, "show topology", ASK_MS, &reply);
    if (ask == ASK_OK && !topology_ready(text_buf(&reply), &map)) {
        fail_with(f, NOT_TAKEN, "no path of the map '%.*s' is ready now: a reload could drop it",
                  (int)(map.n < 80 ? map.n : 80), map.p);
        result = RELOAD_PENDING;
    } else if (ask == ASK_OK) {
        ask = daemon_ask(root, "reconfigure", ms_left(until), &reply);
        struct text answer = text_trim(text_buf(&reply));
        /* Its exit status lies in most eras; the word does not. */
        if (ask == ASK_OK && !text_is(answer, "ok"))
            fail_with(f, NOT_TAKEN, "multipathd answered '%.*s' to reconfigure",
                      (int)(answer.n < 80 ? answer.n : 80), answer.p);
        else if (ask == ASK_OK)
            result = wait_until_taken(root, stanza, until, f);
    }
    if (ask != ASK_OK)
        fail_with(f, NOT_TAKEN, "multipathd %s", ask_text(ask));
    buf_free(&reply);
    return result;
}

enum reload reload_daemon(const char *root, struct text stanza, const struct dry_run *before,
                          int most_ms, struct fail *f)
{
    struct dry_run now;
    enum reload result;
    if (!daemon_serves(root))
        return RELOAD_NO_DAEMON;
    int lock = lock_fairlock(root, FAIRLOCK_MS);
    if (lock == -2) {
        fail_with(f, NOT_TAKEN, "others have held the lock around multipath's commands for %d s",
                  FAIRLOCK_MS / 1000);
        return RELOAD_PENDING;
    }
    if (before)
        dry_run(root, &now);
    result = before && dry_run_worse(before, &now, f)
                 ? RELOAD_REFUSED
                 : reconfigure(root, stanza, ms_now() + most_ms, f);
    if (lock >= 0)
        close(lock);
    return result;
}
