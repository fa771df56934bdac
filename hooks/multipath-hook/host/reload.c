/* SPDX-License-Identifier: MIT */
#include "reload.h"
#include "clock.h"
#include "daemon.h"
#include "lock.h"
#include "mpread.h"

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
    struct rope rope = {0};
    struct buf line = {0};
    rope_range(&rope, r->eye.rope, r->begin, r->end);
    rope_copy(&rope, &line);
    struct text rest = text_trim(text_buf(&line));
    rest = text_trim(text_sub(rest, r->keyword.n, rest.n));
    if (rest.n && rest.p[0] != '"')
        text_print(value, MP_LINE, "%.*s", (int)rest.n, rest.p);
    buf_free(&line);
    rope_free(&rope);
}

/* The last value of a keyword in one device's lines; false where it has none. */
static bool last_value(const struct rope *file, const struct mp_device *device, struct text keyword,
                       bool printed, char value[MP_LINE])
{
    struct rope alone = rope_of(text_of("devices {\n"));
    struct mp_reader r;
    bool found = false;
    rope_range(&alone, file, device->begin, device->end);
    mp_open(&r, &alone, MP_MODERN);
    for (enum mp_event event; (event = mp_next(&r)) != MP_END;)
        if (event == MP_KEY && text_eq(r.keyword, keyword)) {
            text_print(value, MP_LINE, "%s", mp_value(&r));
            if (printed)
                rest_of_line(&r, value);
            found = true;
        }
    rope_free(&alone);
    return found;
}

/* The last device of these names is the one in force (multipath.md 1.3). */
static bool find_device(const struct rope *config, const struct mp_device *like,
                        struct mp_device *found)
{
    struct mp_reader r;
    struct mp_device d;
    bool any = false;
    mp_open(&r, config, MP_MODERN);
    while (mp_next_device(&r, &d))
        if (strcmp(d.vendor, like->vendor) == 0 && strcmp(d.product, like->product) == 0) {
            *found = d;
            any = true;
        }
    return any;
}

/* Every keyword of ours against theirs. The daemon prints the value it acts on; where it knows no
 * such keyword it prints none. */
static bool device_agrees(const struct rope *config, const struct rope *stanza,
                          const struct mp_device *ours, struct fail *f)
{
    struct mp_device theirs;
    struct mp_reader r;
    char want[MP_LINE], have[MP_LINE];
    if (!find_device(config, ours, &theirs)) {
        fail_with(f, NOT_TAKEN, "multipathd has no device \"%s\" \"%s\"", ours->vendor,
                  ours->product);
        return false;
    }
    mp_open(&r, stanza, MP_MODERN);
    for (enum mp_event event; (event = mp_next(&r)) != MP_END;) {
        if (event != MP_KEY || r.begin < ours->begin || r.begin >= ours->end ||
            !last_value(stanza, ours, r.keyword, false, want) ||
            !last_value(config, &theirs, r.keyword, true, have) || strcmp(want, have) == 0)
            continue;
        fail_with(f, NOT_TAKEN, "multipathd has %.*s \"%s\" for \"%s\" \"%s\", not \"%s\"",
                  (int)r.keyword.n, r.keyword.p, have, ours->vendor, ours->product, want);
        return false;
    }
    return true;
}

bool config_agrees(struct text config, struct text stanza, struct fail *f)
{
    /* The daemon's print is read alike in every era: one value a line, nothing behind it. */
    struct rope theirs = rope_of(config), ours = rope_of(text_of("devices {\n"));
    struct mp_reader r;
    struct mp_device device;
    bool ok = true;
    rope_add(&ours, stanza);
    mp_open(&r, &ours, MP_MODERN);
    while (ok && mp_next_device(&r, &device))
        ok = device_agrees(&theirs, &ours, &device, f);
    rope_free(&theirs);
    rope_free(&ours);
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
