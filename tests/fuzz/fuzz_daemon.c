/* SPDX-License-Identifier: MIT */
/* What comes from multipathd: the framing of a reply, `show config` and `show topology`. The first
 * byte of the input chooses what is tried: bytes of any kind, or a daemon's print made up from the
 * rest, of which is known what it says. */
#include "fuzz.h"

#include "daemon.c" /* the exchange on a connection is its own affair; a socket pair is one, too */
#include "ready.h"
#include "reload.h"

#define MOST_KEYS 8
#define MOST_MAPS 4

static const char names[] = "vendor \"OSNEXUS\"\nproduct \"QUANTASTOR\"\n";

/* ---- any bytes ----------------------------------------------------------------------------- */

static bool holds(struct text t, const char *word)
{
    return t.n && memmem(t.p, t.n, word, strlen(word));
}

static void any_config(struct text config)
{
    static const char stanza[] = "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n"
                                 "\tpath_selector \"round-robin 0\"\n\tfailback immediate\n}\n";
    struct fail f = {""};
    bool agrees = config_agrees(config, text_of(stanza), &f);
    must(!agrees || (holds(config, "OSNEXUS") && holds(config, "QUANTASTOR")));
    must(agrees || *f.text);
}

/* The stanza up to the first NUL, behind it what the daemon has. */
static void any_pair(struct text both)
{
    const char *nul = both.n ? memchr(both.p, '\0', both.n) : NULL;
    size_t n = nul ? (size_t)(nul - both.p) : both.n;
    struct text stanza = text_sub(both, 0, n), config = text_sub(both, nul ? n + 1 : n, both.n);
    struct fail f = {""};
    must(config_agrees(config, stanza, &f) || *f.text);
    must(config_agrees(config, text_of(""), &f));
}

static void any_topology(struct text topology)
{
    struct text map, path;
    bool one = topology_ready(topology, false, false, &map, &path);
    must(one || map.n);
    bool every = topology_ready(topology, true, false, &map, &path);
    must(every || map.n);
    must(!every || one);
    must(!map.n || (map.p >= topology.p && map.p + map.n <= topology.p + topology.n));
    must(!path.n || (path.p > map.p && path.p + path.n <= topology.p + topology.n));
    must(every || holds(topology, " dm-"));
}

/* ---- a reply ------------------------------------------------------------------------------- */

/* What a daemon sends after a command: the length as a number of `word` bytes, then the text. It
 * hangs up behind it or is silent. */
static void reply(struct input in)
{
    size_t word = choose(&in, 2) ? 4 : 8;
    bool hangs_up = choose(&in, 2);
    int pair[2];
    uint64_t length = 0;
    struct buf got = {0};
    memcpy(&length, in.p, in.n < word ? in.n : word);
    bool whole = in.n >= word && length <= MOST_REPLY && length <= in.n - word;

    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    must(text_write(pair[1], (struct text){(const char *)in.p, in.n}));
    if (hangs_up)
        must(shutdown(pair[1], SHUT_WR) == 0);
    /* Only silence is waited for. */
    enum ask ask = exchange(&(struct link){.fd = pair[0], .word = word}, "show config",
                            ms_now() + (whole || hangs_up ? 5000 : 1), &got);
    if (whole) {
        const char *text = (const char *)in.p + word;
        must(ask == ASK_OK && got.n == strnlen(text, (size_t)length));
        must(memcmp(got.p, text, got.n) == 0);
    } else {
        must(ask == ASK_BROKEN || (ask == ASK_TIMEOUT && !hangs_up));
    }
    buf_free(&got);
    close(pair[0]);
    close(pair[1]);
}

/* ---- `show config`, made up ---------------------------------------------------------------- */

struct setting {
    const char *keyword;
    char value[24];
    bool printed;
};

/* The first byte is a letter: what begins with "#" without quotes is a comment to any parser. */
static void make_value(struct input *in, char value[24])
{
    static const char letters[] = "abzAZ09_-.:/=#{}! ";
    size_t n = 1 + choose(in, 20);
    value[0] = letters[choose(in, 7)];
    for (size_t i = 1; i < n; i++)
        value[i] = letters[choose(in, sizeof letters - 1)];
    if (value[n - 1] == ' ')
        value[n - 1] = '0';
    value[n] = '\0';
}

static size_t make_settings(struct input *in, struct setting settings[MOST_KEYS])
{
    static const char *const keywords[MOST_KEYS] = {
        "path_grouping_policy", "failback", "rr_weight", "no_path_retry",
        "path_checker",         "features", "rr_min_io", "path_selector",
    };
    size_t n = choose(in, MOST_KEYS + 1);
    for (size_t i = 0; i < n; i++) {
        settings[i].keyword = keywords[i];
        make_value(in, settings[i].value);
        /* It prints what it knows: one keyword or another is not among it. */
        settings[i].printed = choose(in, 4) != 0;
    }
    return n;
}

static void put_device(struct buf *out, const char *vendor, const char *product)
{
    buf_printf(out, "\tdevice {\n\t\tvendor \"%s\"\n\t\tproduct \"%s\"\n", vendor, product);
}

/* As the daemon of one era prints it: 0.4.x without quotes, later ones with. Before ours stands a
 * device of the same names that is no longer in force, behind it one of others. */
static void print_config(const struct setting *settings, size_t n, bool quotes, bool twice,
                         struct buf *out)
{
    buf_str(out, "defaults {\n\tverbosity 2\n}\ndevices {\n");
    if (twice) {
        put_device(out, "OSNEXUS", "QUANTASTOR");
        buf_str(out, "\t\tfailback \"no such value\"\n\t}\n");
    }
    put_device(out, "OSNEXUS", "QUANTASTOR");
    for (size_t i = 0; i < n; i++)
        if (settings[i].printed)
            buf_printf(out, quotes ? "\t\t%s \"%s\"\n" : "\t\t%s %s\n", settings[i].keyword,
                       settings[i].value);
    buf_str(out, "\t\tdev_loss_tmo 30\n\t}\n");
    put_device(out, "OSNEXUS", "OTHER");
    buf_str(out, "\t\tfailback never\n\t}\n}\nmultipaths {\n}\n");
}

/* A daemon that has the stanza agrees with it; one that has another value anywhere does not. */
static void made_config(struct input in)
{
    struct setting settings[MOST_KEYS];
    struct buf stanza = {0}, config = {0};
    struct fail f = {""};
    bool quotes = choose(&in, 2), twice = choose(&in, 2);
    size_t n = make_settings(&in, settings), other = n ? choose(&in, (unsigned)n) : 0;

    buf_printf(&stanza, "device {\n%s", names);
    for (size_t i = 0; i < n; i++) {
        if (choose(&in, 4) == 0) /* the last one counts */
            buf_printf(&stanza, "%s overridden\n", settings[i].keyword);
        buf_printf(&stanza, "\t%s \"%s\"\n", settings[i].keyword, settings[i].value);
    }
    buf_str(&stanza, "}\n");
    print_config(settings, n, quotes, twice, &config);
    must(config_agrees(text_buf(&config), text_buf(&stanza), &f));

    if (n && settings[other].printed) {
        char *last = &settings[other].value[strlen(settings[other].value) - 1];
        *last = *last == '1' ? '2' : '1';
        config.n = 0;
        print_config(settings, n, quotes, twice, &config);
        must(!config_agrees(text_buf(&config), text_buf(&stanza), &f));
        must(strstr(f.text, settings[other].keyword));
    }
    buf_free(&stanza);
    buf_free(&config);
}

/* ---- `show topology`, made up -------------------------------------------------------------- */

static void made_topology(struct input in)
{
    static const struct {
        const char *modern, *old;
        bool ready;
    } paths[] = {
        {"active ready running", "[active][ready]", true},
        {"active ghost running", "[active][ghost]", true},
        {"failed faulty running", "[failed][faulty]", false},
        {"failed faulty offline", "[failed][shaky]", false},
        {"undef undef unknown", "[undef][undef]", false},
        {"active i/o pending running", "[active][undef]", false},
    };
    struct buf text = {0};
    struct text map, path;
    bool old = choose(&in, 2), all = true, every = true;
    unsigned maps = choose(&in, MOST_MAPS + 1), down = 0;
    for (unsigned m = 0; m < maps; m++) {
        bool ready = false;
        buf_printf(&text, "ready%u (3600ready) dm-%u ready,ghost\n", m, m);
        buf_str(&text, old ? "[size=1.0G][features=0][hwhandler=0]\n\\_ round-robin 0 [prio=1]\n"
                           : "size=1.0G features='2 readying ghosts' hwhandler='0' wp=rw\n`-+- "
                             "policy='x' prio=1\n");
        for (unsigned n = choose(&in, 4); n; n--) {
            unsigned p = choose(&in, sizeof paths / sizeof *paths);
            ready = ready || paths[p].ready;
            every = every && paths[p].ready;
            if (old)
                buf_printf(&text, " \\_ 1:0:0:%u sda 8:0 %s\n", n, paths[p].old);
            else
                buf_printf(&text, "  %c- 1:0:0:%u sda 8:0 %s\n", n > 1 ? '|' : '`', n,
                           paths[p].modern);
        }
        if (all && !ready)
            down = m;
        all = all && ready;
    }
    must(topology_ready(text_buf(&text), true, false, &map, &path) == (all && every));
    must(topology_ready(text_buf(&text), false, false, &map, &path) == all);
    char *name = xprintf("ready%u ", down);
    must(all || text_starts(map, name));
    free(name);
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned what = choose(&in, 6);
    struct text rest = {(const char *)in.p, in.n};
    if (!size)
        return 0;
    switch (what) {
    case 0:
        any_config(rest);
        break;
    case 1:
        any_pair(rest);
        break;
    case 2:
        any_topology(rest);
        break;
    case 3:
        reply(in);
        break;
    case 4:
        made_config(in);
        break;
    default:
        made_topology(in);
        break;
    }
    return 0;
}
