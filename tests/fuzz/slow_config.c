/* SPDX-License-Identifier: MIT */
#include "slow_config.h"
#include "keyword.h"

#include <stdio.h>
#include <string.h>

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* What a section says last, whether the parser acts on it or not. */
static int said(const struct slow *s, int section, const char *keyword)
{
    int last = SLOW_NONE;
    for (int i = 0; i < s->sets; i++)
        if (s->set[i].section == section && is(s->set[i].keyword, keyword))
            last = i;
    return last;
}

static const char *text(const struct slow *s, int section, const char *keyword)
{
    int i = said(s, section, keyword);
    return i == SLOW_NONE ? NULL : s->set[i].value;
}

/* What of it is in force: up to 0.8.7 a value that cannot be read takes back the one before. */
static int acts(const struct slow *s, int section, const char *keyword)
{
    int now = SLOW_NONE;
    for (int i = 0; i < s->sets; i++) {
        if (s->set[i].section != section || !is(s->set[i].keyword, keyword))
            continue;
        if (mp_takes(s->parser, s->section[section].level, keyword, s->set[i].value))
            now = i;
        else if (s->parser < MP_VERSION(0, 8, 8, 0))
            now = SLOW_NONE;
    }
    return now;
}

static bool is_yes(const char *value)
{
    return value && (is(value, "yes") || is(value, "1"));
}

static bool same(const char *a, const char *b)
{
    return a && b ? is(a, b) : !a && !b;
}

static bool same_names(const struct slow *s, int a, int b)
{
    return same(text(s, a, "vendor"), text(s, b, "vendor")) &&
           same(text(s, a, "product"), text(s, b, "product")) &&
           same(text(s, a, "revision"), text(s, b, "revision"));
}

static bool is_device(const struct slow *s, int i)
{
    if (s->section[i].level != MP_DEVICE || s->section[i].forgotten)
        return false;
    return s->era != MP_MODERN || (text(s, i, "vendor") && text(s, i, "product"));
}

/* el7: is the earlier device one that the later one's strings belong to? */
static bool covers(struct slow *s, int from, int to)
{
    static const char *const names[] = {"vendor", "product", "revision"};
    const char *by_string = NULL;
    for (int i = 0; i < s->sections; i++)
        if (s->section[i].level == MP_DEFAULTS && text(s, i, "hw_str_match"))
            by_string = text(s, i, "hw_str_match");
    if (is_yes(by_string))
        return same_names(s, from, to);
    for (int i = 0; i < 3; i++)
        if (text(s, from, names[i]) &&
            (!text(s, to, names[i]) ||
             slow_search(s, text(s, from, names[i]), text(s, to, names[i])) != ERE_YES))
            return false;
    return true;
}

/* el7: the first device of a later file that takes this one's place; s->sections: none. */
static int heir(struct slow *s, int device)
{
    for (int k = device + 1; k < s->sections; k++)
        if (is_device(s, k) && s->section[k].source != s->section[device].source &&
            same_names(s, k, device) && covers(s, device, k))
            return k;
    return s->sections;
}

static bool gives(struct slow *s, int from, int to)
{
    return is_device(s, from) && s->section[from].source < s->section[to].source &&
           heir(s, from) >= to && covers(s, from, to);
}

/* Does the device stand in the parser's table when all is read? */
static bool is_row(struct slow *s, int device)
{
    if (!is_device(s, device))
        return false;
    if (s->era == MP_EL7)
        return heir(s, device) == s->sections;
    for (int i = 0; i < s->sections && s->era != MP_047; i++)
        if (i != device && is_device(s, i) && same_names(s, i, device) &&
            (s->era == MP_049 ? i < device : i > device))
            return false;
    return true;
}

/* What the table has for it; el7: of devices before `until`. */
static int row_value(struct slow *s, int device, const char *keyword, int until)
{
    int found = acts(s, device, keyword);
    if (s->era == MP_047 || found != SLOW_NONE)
        return found;
    if (s->era == MP_EL7) {
        for (int i = 0; i < until && found == SLOW_NONE; i++)
            if (gives(s, i, device))
                found = row_value(s, i, keyword, i);
        return found;
    }
    for (int n = 0; n < s->sections && found == SLOW_NONE; n++) {
        int i = s->era == MP_049 ? n : s->sections - 1 - n;
        if (is_device(s, i) && same_names(s, i, device))
            found = acts(s, i, keyword);
    }
    return found;
}

static void pad(const struct slow *s, char *out, const char *string, int width)
{
    int n = (int)strlen(string);
    while (n && string[n - 1] == ' ')
        n--;
    bool padded = s->era == MP_047 || s->era == MP_EL7;
    snprintf(out, 80, "%-*.*s", padded ? width : 0, n, string);
}

/* Of a list an expression may begin with "!", since 0.8.4. */
static enum ere asks(struct slow *s, const char *pattern, const char *string, bool list)
{
    bool others = list && pattern && *pattern == '!' && s->parser >= MP_VERSION(0, 8, 4, 0);
    enum ere found = pattern ? slow_search(s, pattern + others, string) : ERE_YES;
    if (others && found != ERE_BAD)
        return found == ERE_YES ? ERE_NO : ERE_YES;
    return found;
}

/* All are compiled before any is asked. */
static enum ere fits(struct slow *s, const char *vendor, const char *product, const char *revision,
                     bool list)
{
    char v[80], p[80];
    pad(s, v, s->vendor, 8);
    pad(s, p, s->product, 16);
    enum ere a = asks(s, vendor, v, list), b = asks(s, product, p, list),
             c = asks(s, revision, "", list);
    if (a == ERE_BAD || b == ERE_BAD || c == ERE_BAD)
        return ERE_BAD;
    return a == ERE_YES && b == ERE_YES && c == ERE_YES ? ERE_YES : ERE_NO;
}

static enum ere device_fits(struct slow *s, int i)
{
    const char *vendor = text(s, i, "vendor"), *product = text(s, i, "product");
    if (!vendor && !product && s->era != MP_049)
        return ERE_NO;
    return fits(s, vendor, product, text(s, i, "revision"), false);
}

static int in_sections(const struct slow *s, enum mp_level level, const char *keyword)
{
    int found = SLOW_NONE;
    for (int i = 0; i < s->sections; i++)
        if (s->section[i].level == level && acts(s, i, keyword) != SLOW_NONE)
            found = acts(s, i, keyword);
    return found;
}

/* el7: what `all_devs yes` of a later device changes in this one. */
static int by_all_devs(const struct slow *s, int device, const char *keyword)
{
    int found = SLOW_NONE;
    for (int i = device; i < s->sections; i++)
        if (s->section[i].level == MP_DEVICE && is_yes(text(s, i, "all_devs")) &&
            acts(s, i, keyword) != SLOW_NONE)
            found = acts(s, i, keyword);
    return found;
}

static int by_device(struct slow *s, const char *keyword, enum mp_by *by)
{
    for (int n = 0; n < s->sections; n++) {
        int i = s->era <= MP_049 ? n : s->sections - 1 - n;
        if (!is_row(s, i) || (s->era == MP_EL7 && is_yes(text(s, i, "all_devs"))))
            continue;
        enum ere found = device_fits(s, i);
        if (found == ERE_BAD && s->era <= MP_049)
            return SLOW_NONE;
        if (found != ERE_YES)
            continue;
        int set = s->era == MP_EL7 ? by_all_devs(s, i, keyword) : SLOW_NONE;
        *by = set == SLOW_NONE ? MP_BY_DEVICE : MP_BY_ALL_DEVS;
        if (set == SLOW_NONE)
            set = row_value(s, i, keyword, i);
        if (set != SLOW_NONE || s->era != MP_MODERN)
            return set;
    }
    return SLOW_NONE;
}

static int strongest(struct slow *s, const char *keyword, enum mp_by *by)
{
    int set = s->era == MP_MODERN ? in_sections(s, MP_OVERRIDES, keyword) : SLOW_NONE;
    *by = MP_BY_OVERRIDES;
    if (set == SLOW_NONE)
        set = by_device(s, keyword, by);
    if (set != SLOW_NONE)
        return set;
    *by = MP_BY_DEFAULTS;
    return in_sections(s, MP_DEFAULTS, keyword);
}

int slow_value(struct slow *s, const char *keyword, enum mp_by *by)
{
    enum mp_by of_prio;
    if (!mp_is_device_keyword(keyword))
        return SLOW_NONE;
    int set = strongest(s, keyword, by);
    if (set != SLOW_NONE && is(keyword, "prio_args") &&
        (strongest(s, "prio", &of_prio) == SLOW_NONE || of_prio != *by))
        return SLOW_NONE;
    return set;
}

/* The last line of the lists whose expression fits all of `strings` (separated by commas). */
static int listed(struct slow *s, bool exception, const char *keyword, const char *strings)
{
    int found = SLOW_NONE;
    for (int i = 0; i < s->sets; i++) {
        char copy[120], *next = copy;
        bool all =
            s->section[s->set[i].section].level == (exception ? MP_EXCEPTIONS : MP_BLACKLIST) &&
            is(s->set[i].keyword, keyword);
        snprintf(copy, sizeof copy, "%s", strings);
        for (char *one; all && (one = strsep(&next, ","));)
            all = asks(s, s->set[i].value, one, true) == ERE_YES;
        found = all ? i : found;
    }
    return found;
}

static int listed_device(struct slow *s, bool exception)
{
    int found = SLOW_NONE;
    for (int i = 0; i < s->sections; i++) {
        const char *vendor = text(s, i, "vendor"), *product = text(s, i, "product");
        if (s->section[i].level != MP_LIST_DEVICE || s->section[i].exception != exception ||
            (!vendor && !product) || fits(s, vendor, product, NULL, true) != ERE_YES)
            continue;
        for (int k = s->sets; k-- > 0;)
            if (s->set[k].section == i)
                found = k; /* its first line */
    }
    return found;
}

static int product_listed(struct slow *s)
{
    for (int i = s->sections; i-- > 0;) {
        int set = is_row(s, i) ? row_value(s, i, "product_blacklist", i) : SLOW_NONE;
        if (set != SLOW_NONE &&
            fits(s, text(s, i, "vendor"), s->set[set].value, NULL, true) == ERE_YES)
            return set;
    }
    return SLOW_NONE;
}

/* The first line of a kind that nothing lifts. */
static int list(struct slow *s, const char *keyword, const char *strings)
{
    bool lifted = listed(s, true, keyword, strings) != SLOW_NONE;
    return lifted ? SLOW_NONE : listed(s, false, keyword, strings);
}

/* Name by name, in their order; the first that either list has decides. */
static int by_property(struct slow *s)
{
    char names[] =
        "DEVLINKS DEVNAME DEVPATH DEVTYPE ID_BUS ID_MODEL ID_MODEL_ENC ID_REVISION "
        "ID_SCSI ID_SCSI_SERIAL ID_SERIAL ID_SERIAL_SHORT ID_TYPE ID_VENDOR ID_VENDOR_ENC";
    for (char *next = names, *name; (name = strsep(&next, " "));)
        if (listed(s, true, "property", name) != SLOW_NONE ||
            listed(s, false, "property", name) != SLOW_NONE)
            return list(s, "property", name);
    return SLOW_NONE;
}

/* The names have no blanks. */
static bool is_one_of(const char *names, const char *value)
{
    char spaced[80];
    text_print(spaced, sizeof spaced, " %s ", value);
    return strlen(value) < 70 && !strchr(value, ' ') && strstr(names, spaced);
}

static int by_find_multipaths(const struct slow *s)
{
    int last = SLOW_NONE;
    for (int i = 0; i < s->sets; i++)
        if (s->section[s->set[i].section].level == MP_DEFAULTS &&
            is(s->set[i].keyword, "find_multipaths") &&
            is_one_of(" yes on no off strict greedy smart ", s->set[i].value))
            last = i;
    bool strict = last != SLOW_NONE && is(s->set[last].value, "strict");
    return strict && !s->wwid_known ? last : SLOW_NONE;
}

const char *slow_kept_off(struct slow *s, int *set)
{
    *set = SLOW_NONE;
    if (!s->has_main && (s->era == MP_049 || s->era == MP_EL7))
        return "no /etc/multipath.conf";
    if (s->era >= MP_EL7 && (*set = by_property(s)) != SLOW_NONE)
        return "blacklist property";
    if ((*set = list(s, "devnode", "sdk,sdq,sdz")) != SLOW_NONE)
        return "blacklist devnode";
    if (listed_device(s, true) == SLOW_NONE) {
        if ((*set = listed_device(s, false)) != SLOW_NONE)
            return "blacklist device";
        if ((*set = product_listed(s)) != SLOW_NONE)
            return "product_blacklist";
    }
    if (s->era == MP_MODERN && (*set = list(s, "protocol", "scsi:iscsi,scsi:fcp")) != SLOW_NONE)
        return "blacklist protocol";
    if (s->era != MP_049 &&
        (*set = list(s, "wwid",
                     "36589cfc000000abcdef0123456789ab5,3600140512345678901234567890abcde,"
                     "SOSNEXUS_QUANTASTOR_5f1e")) != SLOW_NONE)
        return "blacklist wwid";
    if (s->era == MP_MODERN && (*set = by_find_multipaths(s)) != SLOW_NONE)
        return "find_multipaths strict";
    return NULL;
}

/* -86: a device that gets a retry of another one, and no features with it. */
bool slow_dies(struct slow *s)
{
    for (int to = 0; to < s->sections; to++)
        for (int from = 0; from < to; from++) {
            if (s->era != MP_EL7 || s->parser >= MP_VERSION(0, 4, 9, 119) || !is_device(s, to) ||
                !gives(s, from, to))
                continue;
            int retry = row_value(s, to, "no_path_retry", from + 1);
            if (retry != SLOW_NONE && !is(s->set[retry].value, "fail") &&
                !is(s->set[retry].value, "0") &&
                row_value(s, to, "features", from + 1) == SLOW_NONE)
                return true;
        }
    return false;
}

bool slow_rejects(struct slow *s)
{
    for (int i = 0; i < s->sections && s->era == MP_MODERN; i++) {
        int set = is_row(s, i) ? row_value(s, i, "product_blacklist", i) : SLOW_NONE;
        if (set != SLOW_NONE &&
            fits(s, text(s, i, "vendor"), s->set[set].value, NULL, true) == ERE_BAD)
            return true;
    }
    return s->bad;
}
