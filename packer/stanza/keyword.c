/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keyword.h"
#include "nearest.h"

#include <string.h>

#define V_4_7    (1u << SP_0_4_7)
#define V_119    (1u << SP_0_4_9_119)
#define FROM_86  ((1u << SP_0_4_9_86) | V_119)
#define FROM_EL6 ((1u << SP_0_4_9_31) | FROM_86)
#define ALL_OLD  (V_4_7 | FROM_EL6)

#define YES_NO   "yes|no"
#define NO_COUNT "it means nothing to the kernel of these hosts"

/* Source, where a row says no other: multipath.md Appendix A, which was read from every release's
 * own table, and parsers-2.md P7, P10.8. What el6 has beyond 0.4.9: the changelog of its package,
 * of which XenServer 6.5 has -66 to -72. Of -119 and -136 only what both know. */
static const SpKeyword keywords[] = {
    {"vendor", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"product", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"revision", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"product_blacklist", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"path_grouping_policy", ALL_OLD, SP_0_6_0, SP_PARSERS,
     .values = "failover|multibus|group_by_serial|group_by_prio|group_by_node_name|group_by_tpg"},
    {"getuid_callout", V_4_7, SP_PARSERS, SP_PARSERS,
     .why = "these hosts name the device themselves, and the call may fail there"},
    {"prio_callout", V_4_7, SP_PARSERS, SP_PARSERS, .alias = "prio",
     .lost = "these hosts know 'prio' instead, and no name of it is known to do the same"},
    {"path_selector", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"path_checker", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"checker", FROM_EL6, SP_0_6_0, SP_PARSERS, .alias = "path_checker"},
    {"features", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"hardware_handler", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"prio", FROM_EL6, SP_0_6_0, SP_PARSERS, .idle = "const", .alias = "prio_callout",
     .lost = "these hosts know 'prio_callout' only, and no program for it is known to be there: "
             "every path gets the same priority"},
    {"prio_args", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = NULL},
    {"failback", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = "immediate|manual|followover|N"},
    {"rr_weight", ALL_OLD, SP_0_6_0, SP_0_15_0, .values = "uniform|priorities", .why = NO_COUNT},
    {"no_path_retry", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = "fail|queue|N"},
    {"rr_min_io", ALL_OLD, SP_0_6_0, SP_0_15_0, .values = "N", .why = NO_COUNT},
    {"rr_min_io_rq", FROM_EL6, SP_0_6_0, SP_0_15_0, .values = "N",
     .why = NO_COUNT}, /* el6: changelog of 0.4.9-43 */
    {"pg_timeout", FROM_EL6, SP_0_6_0, SP_0_9_0, .values = "none|N",
     .why = "it does nothing, and 0.9 and later call it deprecated"},
    {"flush_on_last_del", ALL_OLD, SP_0_6_0, SP_PARSERS,
     .values = "yes|no|always|unused|never"}, /* 0.4.7: el5's manual, "5.3 and later" */
    {"fast_io_fail_tmo", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = "off|N", .idle = "off"},
    {"dev_loss_tmo", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = "infinity|N"},
    {"uid_attribute", FROM_86, SP_0_6_0, SP_PARSERS, .idle = "ID_SERIAL"},
    {"alias_prefix", FROM_86, SP_0_6_0, SP_PARSERS, .why = "maps are called by their WWID"},
    {"user_friendly_names", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = YES_NO,
     .idle = "no"}, /* el6: changelog of -48 */
    {"retain_attached_hw_handler", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = YES_NO,
     .idle = "no"},                                                                  /* el6: -59 */
    {"detect_prio", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = YES_NO, .idle = "no"}, /* el6: -60 */
    {"deferred_remove", FROM_86, SP_0_6_0, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"delay_watch_checks", FROM_86, SP_0_6_0, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"delay_wait_checks", FROM_86, SP_0_6_0, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"skip_kpartx", V_119, SP_0_6_4, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"detect_checker", 0, SP_0_7_0, SP_PARSERS, .values = YES_NO, .idle = "no",
     .alias = "detect_path_checker"},
    {"san_path_err_threshold", 0, SP_0_8_0, SP_PARSERS, .values = "no|N",
     .idle = "no"}, /* 0.7.0 to 0.7.3 too */
    {"san_path_err_forget_rate", 0, SP_0_8_0, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"san_path_err_recovery_time", 0, SP_0_8_0, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"max_sectors_kb", V_119, SP_0_7_0, SP_PARSERS, .values = "N"},
    {"marginal_path_err_sample_time", 0, SP_0_7_4, SP_PARSERS, .values = "no|N",
     .idle = "no"}, /* -136 too, as the next */
    {"marginal_path_err_rate_threshold", 0, SP_0_7_4, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"marginal_path_err_recheck_gap_time", 0, SP_0_7_4, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"marginal_path_double_failed_time", 0, SP_0_7_4, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"ghost_delay", V_119, SP_0_7_5, SP_PARSERS, .values = "no|N", .idle = "no"},
    {"all_tg_pt", 0, SP_0_7_8, SP_PARSERS, .values = YES_NO, .idle = "no"}, /* -136 too */
    {"vpd_vendor", 0, SP_0_8_4, SP_PARSERS, .values = NULL},
    {"eh_deadline", 0, SP_0_8_6, SP_PARSERS, .values = "off|N", .idle = "off"},
    {"recheck_wwid", 0, SP_0_8_6, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"detect_pgpolicy", 0, SP_0_9_6, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"detect_pgpolicy_use_tpg", 0, SP_0_9_6, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"purge_disconnected", 0, SP_0_14_0, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"all_devs", FROM_86, SP_PARSERS, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"detect_path_checker", V_119, SP_PARSERS, SP_PARSERS, .values = YES_NO, .idle = "no",
     .alias = "detect_checker"},
    {"unpriv_sgio", V_119, SP_PARSERS, SP_PARSERS, .values = YES_NO, .idle = "no"},
};

/* parsers-2.md P7; a selector is the kernel's: 2.6.31 has the first two, 5.8 the third. */
static const SpValue values[] = {
    {"path_grouping_policy", "group_by_tpg", 0, SP_0_9_6, SP_PARSERS, "group_by_prio", FALSE,
     "these hosts do not know the policy"},
    {"path_selector", "service-time", FROM_EL6, SP_0_6_0, SP_PARSERS, "round-robin 0", FALSE,
     "the kernel of these hosts has no such selector"},
    {"path_selector", "queue-length", FROM_EL6, SP_0_6_0, SP_PARSERS, "round-robin 0", FALSE,
     "the kernel of these hosts has no such selector"},
    {"path_selector", "historical-service-time", 0, SP_0_6_0, SP_PARSERS, "service-time 0", FALSE,
     "the kernel of these hosts has no such selector"},
    {"failback", "followover", FROM_EL6, SP_0_6_0, SP_PARSERS, "manual", FALSE,
     "these hosts do not know the value"},
    {"flush_on_last_del", "yes", ALL_OLD, SP_0_6_0, SP_0_9_9, NULL, TRUE,
     "0.9.9 and later call the value deprecated"},
    {"flush_on_last_del", "no", ALL_OLD, SP_0_6_0, SP_0_9_9, NULL, TRUE,
     "0.9.9 and later call the value deprecated"},
    {"flush_on_last_del", "always", 0, SP_0_9_9, SP_PARSERS, "yes", TRUE,
     "which is the word for it before 0.9.9"},
    {"flush_on_last_del", "never", 0, SP_0_9_9, SP_PARSERS, "no", TRUE,
     "which is the word for it before 0.9.9"},
    {"flush_on_last_del", "unused", 0, SP_0_9_9, SP_PARSERS, "no", FALSE,
     "these hosts do not know the value"},
};

const SpKeyword *sp_keyword_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
    return NULL;
}

static gboolean is_known(guint old, SpParser since, SpParser until, SpParser parser)
{
    if (parser < SP_0_6_0)
        return (old >> parser & 1) != 0;
    return parser >= since && parser < until;
}

gboolean sp_keyword_is_known(const SpKeyword *keyword, SpParser parser)
{
    return is_known(keyword->old, keyword->since, keyword->until, parser);
}

const SpValue *sp_keyword_value_unknown(const SpKeyword *keyword, const char *value,
                                        SpParser parser)
{
    gsize word = strcspn(value, " ");
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        const SpValue *row = &values[i];
        if (strcmp(row->keyword, keyword->name) == 0 && strlen(row->value) == word &&
            strncmp(row->value, value, word) == 0 &&
            !is_known(row->old, row->since, row->until, parser))
            return row;
    }
    return NULL;
}

/* Met in vendors' texts beside device blocks; the whole of them: keywords-other.txt of the same. */
static const struct {
    const char *name;
    const char *section;
} elsewhere[] = {
    {"alias", "multipaths"},
    {"bindings_file", "defaults"},
    {"checker_timeout", "defaults"},
    {"default_features", "defaults"},
    {"default_selector", "defaults"},
    {"devnode", "blacklist"},
    {"find_multipaths", "defaults"},
    {"gid", "defaults"},
    {"hw_str_match", "defaults"},
    {"hwtable_regex_match", "defaults"},
    {"log_checker_err", "defaults"},
    {"max_fds", "defaults"},
    {"mode", "defaults"},
    {"multipath_dir", "defaults"},
    {"polling_interval", "defaults"},
    {"queue_without_daemon", "defaults"},
    {"reassign_maps", "defaults"},
    {"replace_wwid_whitespace", "defaults"},
    {"reservation_key", "multipaths"},
    {"udev_dir", "defaults"},
    {"uid", "defaults"},
    {"verbosity", "defaults"},
    {"wwid", "multipaths"},
};

char *sp_keyword_advice(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(elsewhere); i++)
        if (strcmp(elsewhere[i].name, name) == 0)
            return g_strdup_printf(", it belongs to the section '%s'", elsewhere[i].section);
    SpNearest nearest = {.word = name};
    for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++)
        sp_nearest_offer(&nearest, keywords[i].name);
    return sp_nearest_question(&nearest);
}

/* Of 32 bits: some parsers take it into no more; 4294967295 is how "infinity" is written too. */
static gboolean is_number(const char *value)
{
    gsize digits = strspn(value, "0123456789");
    return digits > 0 && digits <= 10 && value[digits] == '\0' &&
           g_ascii_strtoull(value, NULL, 10) <= G_MAXUINT32;
}

gboolean sp_keyword_accepts(const SpKeyword *keyword, const char *value)
{
    if (keyword->values == NULL)
        return TRUE;
    g_auto(GStrv) words = g_strsplit(keyword->values, "|", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        gboolean number = strcmp(words[i], "N") == 0;
        if (number ? is_number(value) : strcmp(words[i], value) == 0)
            return TRUE;
    }
    return FALSE;
}
