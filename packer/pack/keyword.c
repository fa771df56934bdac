/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keyword.h"
#include "nearest.h"

#include <string.h>

/* el5: 0.4.7 .. el6's 0.4.9, which skip what they do not know in silence: every keyword stays.
 * el7: all three of 0.4.9-86, -119 and -136. el10: every release from 0.9.6 to 0.14.
 * pg_timeout is "ignoring deprecated option" since 0.9 (seen on 0.9.4). */
#define ALL                                                                                        \
    {                                                                                              \
        TRUE, TRUE, TRUE                                                                           \
    }
#define TO_EL7                                                                                     \
    {                                                                                              \
        TRUE, TRUE, FALSE                                                                          \
    }
#define EL10                                                                                       \
    {                                                                                              \
        TRUE, FALSE, TRUE                                                                          \
    }
#define EL5                                                                                        \
    {                                                                                              \
        TRUE, FALSE, FALSE                                                                         \
    }

#define YES_NO "yes|no"
/* Measured spellings only; a keyword whose values differ by release takes any. */
static const SpKeyword keywords[] = {
    {"vendor", ALL, NULL, NULL},
    {"product", ALL, NULL, NULL},
    {"revision", ALL, NULL, NULL},
    {"product_blacklist", ALL, NULL, NULL},
    {"path_grouping_policy", ALL,
     "failover|multibus|group_by_serial|group_by_prio|group_by_node_name|group_by_tpg", NULL},
    {"getuid_callout", EL5, NULL, "udev names the device from 7.0 on"},
    {"prio_callout", EL5, NULL, "the callout was replaced by 'prio' in 0.4.9"},
    {"path_selector", ALL, NULL, NULL},
    {"path_checker", ALL, NULL, NULL},
    {"checker", ALL, NULL, NULL},
    {"features", ALL, NULL, NULL},
    {"hardware_handler", ALL, NULL, NULL},
    {"prio", ALL, NULL, NULL},
    {"prio_args", ALL, NULL, NULL},
    {"failback", ALL, "immediate|manual|followover|N", NULL},
    {"rr_weight", ALL, "uniform|priorities", NULL},
    {"no_path_retry", ALL, "fail|queue|N", NULL},
    {"rr_min_io", ALL, "N", NULL},
    {"rr_min_io_rq", ALL, "N", NULL},
    {"pg_timeout", TO_EL7, "none|N", "0.9 and later call it deprecated"},
    {"flush_on_last_del", ALL, NULL, NULL},
    {"fast_io_fail_tmo", ALL, "off|N", NULL},
    {"dev_loss_tmo", ALL, "infinity|N", NULL},
    {"uid_attribute", ALL, NULL, NULL},
    {"alias_prefix", ALL, NULL, NULL},
    {"user_friendly_names", ALL, YES_NO, NULL},
    {"retain_attached_hw_handler", ALL, YES_NO, NULL},
    {"detect_prio", ALL, YES_NO, NULL},
    {"deferred_remove", ALL, YES_NO, NULL},
    {"delay_watch_checks", ALL, "no|N", NULL},
    {"delay_wait_checks", ALL, "no|N", NULL},
    {"skip_kpartx", EL10, YES_NO, NULL},
    {"detect_checker", EL10, YES_NO, NULL},
    {"san_path_err_threshold", EL10, "no|N", NULL},
    {"san_path_err_forget_rate", EL10, "no|N", NULL},
    {"san_path_err_recovery_time", EL10, "no|N", NULL},
    {"max_sectors_kb", EL10, "N", NULL},
    {"marginal_path_err_sample_time", EL10, "no|N", NULL},
    {"marginal_path_err_rate_threshold", EL10, "no|N", NULL},
    {"marginal_path_err_recheck_gap_time", EL10, "no|N", NULL},
    {"marginal_path_double_failed_time", EL10, "no|N", NULL},
    {"ghost_delay", EL10, "no|N", NULL},
    {"all_tg_pt", EL10, YES_NO, NULL},
    {"vpd_vendor", EL10, NULL, NULL},
    {"eh_deadline", EL10, "off|N", NULL},
    {"recheck_wwid", EL10, YES_NO, NULL},
    {"detect_pgpolicy", EL10, YES_NO, NULL},
    {"detect_pgpolicy_use_tpg", EL10, YES_NO, NULL},
    {"purge_disconnected", EL5, YES_NO, "only 0.14 and later know it"},
    {"all_devs", TO_EL7, YES_NO, "no release after 0.4.9 knows it"},
    {"detect_path_checker", EL5, YES_NO, "only some 0.4.9 builds know it"},
    {"unpriv_sgio", EL5, YES_NO, "only some 0.4.9 builds know it"},
};

const SpKeyword *sp_keyword_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
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
    {"selector", "defaults"},
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

static gboolean is_number(const char *value)
{
    gsize digits = strspn(value, "0123456789");
    return digits > 0 && digits <= 9 && value[digits] == '\0';
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
