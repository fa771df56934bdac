/* SPDX-License-Identifier: MIT */
#include "keyword.h"

#include <string.h>

#define V(b, c) MP_VERSION(0, b, c, 0)

/* How a value reads. */
enum reads {
    ANY,
    YES_NO,
    NUMBER,
    OR_NUMBER, /* one of `words`, or a number */
    WORDS,
    COUNTED,      /* a number, then as many words: "1 queue_if_no_path" */
    NAME_COUNTED, /* a name before that: "round-robin 0" */
};

static const struct {
    const char *name;
    enum reads reads;
    const char *words;
    unsigned since, until; /* of upstream's versions; 0: always */
    bool device_only;      /* unknown in defaults and overrides */
} keywords[] = {
    {"alias_prefix", ANY, 0, 0, 0, 0},
    {"all_tg_pt", YES_NO, 0, 0, 0, 0},
    {"delay_wait_checks", OR_NUMBER, " no off ", 0, 0, 0},
    {"delay_watch_checks", OR_NUMBER, " no off ", 0, 0, 0},
    {"deferred_remove", YES_NO, 0, 0, 0, 0},
    {"detect_checker", YES_NO, 0, 0, 0, 0},
    {"detect_path_checker", YES_NO, 0, 0, V(5, 0), 0},
    {"detect_pgpolicy", YES_NO, 0, V(9, 6), 0, 0},
    {"detect_pgpolicy_use_tpg", YES_NO, 0, V(9, 6), 0, 0},
    {"detect_prio", YES_NO, 0, 0, 0, 0},
    {"dev_loss_tmo", OR_NUMBER, " infinity ", 0, 0, 0},
    {"eh_deadline", OR_NUMBER, " off ", V(8, 6), 0, 0},
    {"failback", OR_NUMBER, " immediate manual followover ", 0, 0, 0},
    {"fast_io_fail_tmo", OR_NUMBER, " off ", 0, 0, 0},
    {"features", COUNTED, 0, 0, 0, 0},
    {"flush_on_last_del", WORDS, " yes no 1 0 always unused never ", 0, 0, 0},
    {"getuid_callout", ANY, 0, 0, V(9, 0), 0},
    {"ghost_delay", OR_NUMBER, " no off ", 0, 0, 0},
    {"hardware_handler", COUNTED, 0, 0, 0, true},
    {"marginal_path_double_failed_time", OR_NUMBER, " no off ", 0, 0, 0},
    {"marginal_path_err_rate_threshold", OR_NUMBER, " no off ", 0, 0, 0},
    {"marginal_path_err_recheck_gap_time", OR_NUMBER, " no off ", 0, 0, 0},
    {"marginal_path_err_sample_time", OR_NUMBER, " no off ", 0, 0, 0},
    {"max_sectors_kb", NUMBER, 0, 0, 0, 0},
    {"no_path_retry", OR_NUMBER, " fail queue ", 0, 0, 0},
    {"path_checker", ANY, 0, 0, 0, 0},
    {"path_grouping_policy", WORDS,
     " failover multibus group_by_serial group_by_prio group_by_node_name group_by_tpg ", 0, 0, 0},
    {"path_selector", NAME_COUNTED, 0, 0, 0, 0},
    {"pg_timeout", ANY, 0, 0, V(5, 0), 0},
    {"prio", ANY, 0, 0, 0, 0},
    {"prio_args", ANY, 0, 0, 0, 0},
    {"prio_callout", ANY, 0, 0, V(4, 9), 0},
    {"purge_disconnected", YES_NO, 0, V(14, 0), 0, 0},
    {"recheck_wwid", YES_NO, 0, V(8, 6), 0, 0},
    {"retain_attached_hw_handler", YES_NO, 0, 0, 0, 0},
    {"rr_min_io", NUMBER, 0, 0, V(15, 0), 0},
    {"rr_min_io_rq", NUMBER, 0, 0, V(15, 0), 0},
    {"rr_weight", WORDS, " uniform priorities ", 0, V(15, 0), 0},
    {"san_path_err_forget_rate", OR_NUMBER, " no off ", 0, 0, 0},
    {"san_path_err_recovery_time", OR_NUMBER, " no off ", 0, 0, 0},
    {"san_path_err_threshold", OR_NUMBER, " no off ", 0, 0, 0},
    {"skip_kpartx", YES_NO, 0, 0, 0, 0},
    {"uid_attribute", ANY, 0, 0, 0, 0},
    {"unpriv_sgio", YES_NO, 0, 0, V(5, 0), 0},
    {"user_friendly_names", YES_NO, 0, 0, 0, 0},
    {"vpd_vendor", ANY, 0, V(8, 4), 0, true},
};

#define KEYWORDS (sizeof keywords / sizeof *keywords)

static size_t find(const char *keyword)
{
    size_t i = 0;
    while (i < KEYWORDS &&
           (*keywords[i].name != *keyword || strcmp(keywords[i].name, keyword) != 0))
        i++;
    return i;
}

bool mp_is_device_keyword(const char *keyword)
{
    return find(keyword) < KEYWORDS;
}

static bool is_number(const char *value, size_t n)
{
    size_t digits = strspn(value, "0123456789");
    return digits && digits == n;
}

static bool is_word(const char *words, const char *value)
{
    size_t n = strcspn(value, " ") ? strlen(value) : 0; /* all words have a blank before them */
    for (const char *at = words; n && (at = text_find(at, value)); at++)
        if (at[-1] == ' ' && at[n] == ' ')
            return true;
    return false;
}

static bool can_read(unsigned parser, size_t i, const char *value)
{
    size_t word = strcspn(value, " \t");
    const char *next = value + word + strspn(value + word, " \t");
    bool strict = parser >= MP_VERSION(0, 8, 8, 0); /* 5492acd9 and what came with it */
    switch (keywords[i].reads) {
    case YES_NO:
        return is_word(" yes no 1 0 ", value);
    case WORDS:
        return is_word(keywords[i].words, value);
    case NUMBER:
        return !strict || is_number(value, strlen(value));
    case OR_NUMBER:
        return is_word(keywords[i].words, value) || is_number(value, strlen(value)) ||
               (!strict && is_number(value, strspn(value, "0123456789")));
    case COUNTED:
        return !strict || is_number(value, word);
    case NAME_COUNTED:
        return !strict || (word && is_number(next, strcspn(next, " \t")));
    case ANY:
        break;
    }
    return true;
}

bool mp_takes(unsigned parser, enum mp_level level, const char *keyword, const char *value)
{
    size_t i = find(keyword);
    bool modern = mp_era_of(parser) == MP_MODERN;
    if (i == KEYWORDS)
        return true;
    if ((modern && parser < keywords[i].since) ||
        (keywords[i].until && parser >= keywords[i].until))
        return false;
    if (keywords[i].device_only && level != MP_DEVICE)
        return false;
    if (modern && strcmp(value, "0") == 0 &&
        is_word(" failback rr_min_io rr_min_io_rq max_sectors_kb dev_loss_tmo ", keyword))
        return false; /* 0 is its "not set" */
    if (parser < V(9, 9) && keywords[i].reads == WORDS && is_word(" always unused never ", value))
        return false;
    if (strcmp(value, "group_by_tpg") == 0 && parser < V(9, 6))
        return false;
    return can_read(parser, i, value);
}

bool mp_rejects(unsigned parser, const char *keyword, const char *value)
{
    size_t i = find(keyword);
    return parser >= MP_VERSION(0, 8, 4, 0) && parser < MP_VERSION(0, 8, 8, 0) && i < KEYWORDS &&
           keywords[i].reads == NUMBER && !is_number(value, strlen(value));
}
