/* SPDX-License-Identifier: MIT */
#include "reload.h"
#include "clock.h"
#include "daemon.h"
#include "mpread.h"

#include <stdlib.h>
#include <string.h>

#define ASK_MS    10000
#define SETTLE_MS 5000 /* how long an idle daemon may disagree before it counts as refusal */
#define POLL_MS   100

static const char *ask_text(enum ask ask)
{
    return ask == ASK_TIMEOUT ? "gave no answer in time" : "broke the connection";
}

/* The daemon prints the value it acts on; where it knows no such keyword it prints none. */
static bool value_of(const struct mp_device *device, struct text keyword, struct text *value)
{
    bool found = false;
    for (size_t i = 0; i < device->key_count; i++)
        if (text_eq(device->keys[2 * i], keyword)) {
            *value = device->keys[2 * i + 1];
            found = true;
        }
    return found;
}

static const struct mp_device *last_device(const struct mp_doc *doc, const struct mp_device *like)
{
    for (size_t i = doc->device_count; i-- > 0;) {
        const struct mp_device *d = &doc->devices[i];
        if (d->vendor && d->product && strcmp(d->vendor, like->vendor) == 0 &&
            strcmp(d->product, like->product) == 0)
            return d;
    }
    return NULL;
}

static bool device_agrees(const struct mp_doc *config, const struct mp_device *ours, struct fail *f)
{
    if (!ours->vendor || !ours->product)
        return true;
    const struct mp_device *theirs = last_device(config, ours);
    if (!theirs) {
        fail_with(f, NOT_TAKEN, "multipathd has no device \"%s\" \"%s\"", ours->vendor,
                  ours->product);
        return false;
    }
    for (size_t i = 0; i < ours->key_count; i++) {
        struct text key = ours->keys[2 * i], want = ours->keys[2 * i + 1], have;
        if (!value_of(ours, key, &want) || !value_of(theirs, key, &have) || text_eq(want, have))
            continue;
        fail_with(f, NOT_TAKEN, "multipathd has %.*s \"%.*s\" for \"%s\" \"%s\", not \"%.*s\"",
                  (int)key.n, key.p, (int)have.n, have.p, ours->vendor, ours->product, (int)want.n,
                  want.p);
        return false;
    }
    return true;
}

bool config_agrees(struct text config, struct text stanza, struct fail *f)
{
    struct buf alone = {0};
    struct mp_doc theirs, ours;
    bool ok = true;
    buf_str(&alone, "devices {\n");
    buf_text(&alone, stanza);
    buf_str(&alone, "}\n");
    /* The daemon's print is read alike in every era: one value a line, nothing behind it. */
    mp_read(config, MP_MODERN, &theirs);
    mp_read(text_buf(&alone), MP_MODERN, &ours);
    for (size_t i = 0; i < ours.device_count && ok; i++)
        ok = device_agrees(&theirs, &ours.devices[i], f);
    mp_doc_free(&theirs);
    mp_doc_free(&ours);
    buf_free(&alone);
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

enum reload reload_daemon(const char *root, struct text stanza, int most_ms, struct fail *f)
{
    struct buf reply = {0};
    struct text map;
    long long until = ms_now() + most_ms;
    enum reload result = RELOAD_FAILED;

    if (!daemon_serves(root))
        return RELOAD_NO_DAEMON;
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
