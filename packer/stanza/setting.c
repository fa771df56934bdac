/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "setting.h"
#include "nearest.h"

#include <string.h>

typedef struct {
    const SpStanza *stanza;
    const SpDevice *device; /* or a section, which is judged as one */
    SpFindings *findings;
} Judge;

static void say(const Judge *judge, SpSeverity severity, const char *rule, const SpStanzaLine *line,
                const char *format, ...) G_GNUC_PRINTF(5, 6);
static void say(const Judge *judge, SpSeverity severity, const char *rule, const SpStanzaLine *line,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *shown = sp_shown(line->value);
    sp_findings_add(judge->findings, severity, rule, judge->stanza->file, line->number,
                    "%s '%s' %s", line->keyword->name, shown, what);
}

static const SpStanzaLine *find(const Judge *judge, const char *keyword)
{
    return sp_device_find(judge->device, keyword);
}

static gboolean has(const Judge *judge, const char *keyword, const char *value)
{
    const SpStanzaLine *line = find(judge, keyword);
    return line != NULL && strcmp(line->value, value) == 0;
}

/* The names each of these takes, of any release: beside multipath.md section 2, the modules that
 * multipath-tools and el6, el7 ship, and the kernel's of dm-mpath. */
static const char *const checkers[] = {"tur",   "directio", "readsector0", "rdac", "emc_clariion",
                                       "hp_sw", "hp_tur",   "cciss_tur",   "none", NULL};
static const char *const prios[] = {"const",        "alua",  "emc",      "rdac",     "ontap",
                                    "hp_sw",        "hds",   "random",   "weighted", "iet",
                                    "ana",          "sysfs", "datacore", "tpg_pref", "weightedpath",
                                    "path_latency", NULL};
static const char *const selectors[] = {
    "round-robin", "queue-length", "service-time", "historical-service-time", "io-affinity", NULL};
static const char *const handlers[] = {"alua", "rdac", "emc", "hp_sw", NULL};
static const char *const features[] = {"queue_if_no_path",
                                       "retain_attached_hw_handler",
                                       "pg_init_retries",
                                       "pg_init_delay_msecs",
                                       "queue_mode",
                                       "no_partitions",
                                       NULL};

static void check_name(const Judge *judge, const SpStanzaLine *line, const char *name,
                       const char *const *known)
{
    if (g_strv_contains(known, name))
        return;
    SpNearest nearest = {.word = name};
    for (gsize i = 0; known[i] != NULL; i++)
        sp_nearest_offer(&nearest, known[i]);
    g_autofree char *question = sp_nearest_question(&nearest);
    g_autofree char *shown = sp_shown(name);
    say(judge, SP_WARNING, "setting-name", line,
        "has '%s', which no release knows, and none says so%s", shown, question);
}

/* "N word...", N of them: TRUE when the count is right. */
static gboolean counts(char *const *words, guint length)
{
    char *end = NULL;
    guint64 count = g_ascii_strtoull(words[0], &end, 10);
    return g_ascii_isdigit(words[0][0]) && *end == '\0' && count == length - 1;
}

static GStrv split(const char *value)
{
    g_autoptr(GStrvBuilder) kept = g_strv_builder_new();
    g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
    for (guint i = 0; words[i] != NULL; i++)
        if (words[i][0] != '\0')
            g_strv_builder_add(kept, words[i]);
    return g_strv_builder_end(kept);
}

static void judge_selector(const Judge *judge, const SpStanzaLine *line)
{
    g_auto(GStrv) words = split(line->value);
    guint length = g_strv_length(words);
    if (length > 0)
        check_name(judge, line, words[0], selectors);
    if (length < 2 || !counts(words + 1, length - 1))
        say(judge, SP_BAD, "setting-count", line,
            "must be a name, then how many arguments follow: 'round-robin 0'; the kernel refuses "
            "the map otherwise");
}

static void judge_handler(const Judge *judge, const SpStanzaLine *line)
{
    g_auto(GStrv) words = split(line->value);
    guint length = g_strv_length(words);
    if (length == 0 || !counts(words, length))
        say(judge, SP_BAD, "setting-count", line,
            "must start with how many words follow: '1 alua', or '0'; the kernel refuses the map "
            "otherwise");
    else if (length > 1)
        check_name(judge, line, words[1], handlers);
}

static void judge_features(const Judge *judge, const SpStanzaLine *line)
{
    g_auto(GStrv) words = split(line->value);
    guint length = g_strv_length(words);
    if (length == 0 || !counts(words, length)) {
        say(judge, SP_BAD, "setting-count", line,
            "must start with how many words follow: '1 queue_if_no_path', or '0'; the kernel "
            "refuses the map otherwise");
        return;
    }
    gboolean queues = FALSE;
    for (guint i = 1; i < length; i++) {
        gboolean argued =
            g_str_has_prefix(words[i], "pg_init_") || strcmp(words[i], "queue_mode") == 0;
        queues = queues || strcmp(words[i], "queue_if_no_path") == 0;
        check_name(judge, line, words[i], features);
        i += argued ? 1 : 0;
    }
    const SpStanzaLine *retry = find(judge, "no_path_retry");
    if (queues && retry != NULL && strcmp(retry->value, "fail") == 0)
        say(judge, SP_WARNING, "setting-queue", line,
            "asks to queue, and 'no_path_retry fail' not to: no_path_retry counts");
    if (queues && retry == NULL)
        say(judge, SP_WARNING, "setting-queue", line,
            "asks to queue without 'no_path_retry': up to XenServer 8 the host's own no_path_retry "
            "counts instead; 'no_path_retry queue' is what it means");
}

/* A disk is given up for good only after its I/O was (kernel, scsi_transport_fc: dev_loss_tmo). */
static void judge_timeouts(const Judge *judge)
{
    const SpStanzaLine *fail = find(judge, "fast_io_fail_tmo"), *loss = find(judge, "dev_loss_tmo");
    if (fail == NULL || loss == NULL || !g_ascii_isdigit(fail->value[0]) ||
        !g_ascii_isdigit(loss->value[0]))
        return;
    if (g_ascii_strtoull(fail->value, NULL, 10) >= g_ascii_strtoull(loss->value, NULL, 10))
        say(judge, SP_WARNING, "setting-timeouts", fail,
            "must be less than 'dev_loss_tmo', or the kernel does not take it");
}

static void judge_together(const Judge *judge)
{
    const SpStanzaLine *policy = find(judge, "path_grouping_policy");
    if (has(judge, "path_grouping_policy", "multibus") &&
        (has(judge, "prio", "alua") || has(judge, "hardware_handler", "1 alua")))
        say(judge, SP_WARNING, "setting-multibus", policy,
            "puts all paths in one group, those too that ALUA calls not optimized; 'group_by_prio' "
            "keeps them apart");
    const SpStanzaLine *all = find(judge, "all_devs");
    if (all != NULL && strcmp(all->value, "yes") == 0)
        say(judge, SP_WARNING, "setting-all-devs", all,
            "sets this block for the arrays of every other vendor too");
}

static void judge_line(const Judge *judge, const SpStanzaLine *line)
{
    const char *name = line->keyword->name;
    if (strcmp(name, "path_selector") == 0)
        judge_selector(judge, line);
    else if (strcmp(name, "hardware_handler") == 0)
        judge_handler(judge, line);
    else if (strcmp(name, "features") == 0)
        judge_features(judge, line);
    else if (strcmp(name, "path_checker") == 0 || strcmp(name, "checker") == 0)
        check_name(judge, line, line->value, checkers);
    else if (strcmp(name, "prio") == 0)
        check_name(judge, line, line->value, prios);
}

static void judge_lines(const Judge *judge)
{
    for (guint k = 0; k < judge->device->lines->len; k++) {
        const SpStanzaLine *line = judge->device->lines->pdata[k];
        if (line->keyword != NULL && line->never == NULL)
            judge_line(judge, line);
    }
    judge_timeouts(judge);
    judge_together(judge);
}

void sp_setting_judge(const SpStanza *stanza, SpFindings *findings)
{
    for (guint i = 0; i < stanza->devices->len; i++)
        judge_lines(&(Judge){stanza, stanza->devices->pdata[i], findings});
    static const SpSection sections[] = {SP_DEFAULTS, SP_OVERRIDES};
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        const SpDevice section = {stanza->sections[sections[i]]};
        judge_lines(&(Judge){stanza, &section, findings});
    }
}
