/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "section.h"
#include "nearest.h"

#include <string.h>

#define V_4_7    (1u << SP_0_4_7)
#define V_119    (1u << SP_0_4_9_119)
#define FROM_86  ((1u << SP_0_4_9_86) | V_119)
#define FROM_EL6 ((1u << SP_0_4_9_31) | FROM_86)
#define ALL_OLD  (V_4_7 | FROM_EL6)
#define YES_NO   "yes|no"

static const char *const names[SP_SECTIONS] = {"defaults", "blacklist", "blacklist_exceptions",
                                               "overrides"};

/* Of `defaults` alone. Source: keywords-other.txt, as read from every release's own table; what is
 * between two of our parsers counts from the later one on. `queue_without_daemon` before 0.4.9:
 * NetApp's sample for XenServer 6.0 (multipath.md 3). */
static const SpKeyword defaults[] = {
    {"polling_interval", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"max_polling_interval", FROM_86, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"max_fds", FROM_EL6, SP_0_6_0, SP_PARSERS, .values = "max|N"},
    {"queue_without_daemon", ALL_OLD, SP_0_6_0, SP_PARSERS, .values = "yes|no|forced"},
    {"checker_timeout", FROM_86, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"log_checker_err", FROM_86, SP_0_6_0, SP_PARSERS, .values = "always|once"},
    {"force_sync", FROM_86, SP_0_6_0, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"retrigger_tries", FROM_86, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"retrigger_delay", FROM_86, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"missing_uev_wait_timeout", V_119, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"uxsock_timeout", 0, SP_0_6_0, SP_PARSERS, .values = "N"},
    {"strict_timing", 0, SP_0_6_4, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"remove_retries", V_119, SP_0_7_0, SP_PARSERS, .values = "N"},
    {"enable_foreign", 0, SP_0_8_4, SP_PARSERS, .values = NULL},
    {"marginal_pathgroups", 0, SP_0_8_4, SP_PARSERS, .values = "on|off|fpin|yes|no"},
    {"allow_usb_devices", 0, SP_0_8_6, SP_PARSERS, .values = YES_NO, .idle = "no"},
    {"max_retries", 0, SP_0_9_9, SP_PARSERS, .values = "N"},
    {"auto_resize", 0, SP_0_9_9, SP_PARSERS, .values = "never|grow_only|grow_shrink"},
};

/* Of devices, that other sections do not have (Appendix A beside keywords-other.txt). */
static const char *const devices_only[] = {
    "vendor",   "product",    "revision",         "product_blacklist",
    "all_devs", "vpd_vendor", "hardware_handler", NULL};
static const char *const not_overrides[] = {"pg_timeout", "prio_callout", "getuid_callout", NULL};

/* The names of old of settings that have another since 0.4.7 (default_*) or 0.5.0 (selector). */
static const char *const renamed[][2] = {
    {"default_selector", "path_selector"},
    {"selector", "path_selector"},
    {"default_path_grouping_policy", "path_grouping_policy"},
    {"default_prio_callout", "prio_callout"},
    {"default_features", "features"},
    {"default_path_checker", "path_checker"},
};

const char *sp_section_name(SpSection section)
{
    return names[section];
}

const SpKeyword *sp_section_keyword(SpSection section, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(renamed); i++)
        if (strcmp(renamed[i][0], name) == 0)
            name = renamed[i][1];
    for (gsize i = 0; section == SP_DEFAULTS && i < G_N_ELEMENTS(defaults); i++)
        if (strcmp(defaults[i].name, name) == 0)
            return &defaults[i];
    if (g_strv_contains(devices_only, name) ||
        (section == SP_OVERRIDES && g_strv_contains(not_overrides, name)))
        return NULL;
    return sp_keyword_find(name);
}

gboolean sp_section_is_known(SpSection section, SpParser parser)
{
    if (section == SP_OVERRIDES) /* el7 reads it and does not obey (parsers-2.md P10.5) */
        return parser >= SP_0_6_0;
    return section != SP_EXCEPTIONS || parser != SP_0_4_7; /* since 0.4.8 */
}

const char *sp_section_word(SpSection section, const SpKeyword *keyword, SpParser parser)
{
    if (section == SP_DEFAULTS && parser < SP_0_4_9_86 &&
        strcmp(keyword->name, "path_selector") == 0)
        return "selector"; /* 0.4.6 to 0.4.9 */
    return sp_section_is_known(section, parser) && sp_keyword_is_known(keyword, parser)
               ? keyword->name
               : NULL;
}

char *sp_section_advice(const char *name)
{
    SpNearest nearest = {.word = name};
    for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++)
        sp_nearest_offer(&nearest, defaults[i].name);
    return nearest.best != NULL ? sp_nearest_question(&nearest) : sp_keyword_advice(name);
}
