/* SPDX-License-Identifier: MIT */
#include "keepoff.h"

#include <string.h>

/* What a list may ask of a LUN, in the order in which the parsers ask, with samples of what no file
 * says. A list that names single nodes or wwids means other disks. */
static const struct {
    const char *keyword, *kept_off;
    enum mp_era since;
    const char *sample[4];
} kinds[] = {
    {"devnode", "blacklist devnode", MP_047, {"sdk", "sdq", "sdz"}},
    {"protocol", "blacklist protocol", MP_MODERN, {"scsi:iscsi", "scsi:fcp"}},
    {"wwid",
     "blacklist wwid",
     MP_047,
     {"36589cfc000000abcdef0123456789ab5", "3600140512345678901234567890abcde",
      "SOSNEXUS_QUANTASTOR_5f1e"}},
};

/* Do all samples fit? */
static bool fits(const struct mp_config *c, const char *pattern, const char *const sample[4])
{
    bool others = c->parser >= MP_VERSION(0, 8, 4, 0) && *pattern == '!';
    for (int i = 0; i < 4 && sample[i]; i++) {
        enum ere found = ere_search(mp_flavour(c->era), pattern + others, sample[i]);
        if (found == ERE_BAD || (found == ERE_YES) == others)
            return false;
    }
    return true;
}

/* The last setting of a list that judges every sample alike. */
static const struct mp_setting *listed(const struct mp_config *c, enum mp_level level,
                                       const char *keyword, const char *const sample[4])
{
    for (size_t i = c->count; i-- > 0;) {
        const struct mp_section *s = c->section[i];
        for (size_t k = s->level == level ? s->count : 0; k-- > 0;)
            if (strcmp(s->set[k].keyword, keyword) == 0 && fits(c, s->set[k].value, sample))
                return &s->set[k];
    }
    return NULL;
}

static const struct mp_setting *listed_device(const struct mp_config *c, const struct mp_lun *lun,
                                              bool exception)
{
    for (size_t i = c->count; i-- > 0;) {
        const struct mp_section *s = c->section[i];
        if (s->level == MP_LIST_DEVICE && s->exception == exception && s->count &&
            (mp_get(s, "vendor") || mp_get(s, "product")) && mp_matches(c, s, lun))
            return &s->set[0];
    }
    return NULL;
}

/* A device may blacklist products of its vendor, the array's among them. */
static const struct mp_setting *product_listed(const struct mp_config *c, const struct mp_lun *lun)
{
    for (size_t i = c->table->count; i-- > 0;) {
        const struct mp_row *row = &c->table->row[i];
        for (size_t k = 0; k < row->count; k++) {
            const struct mp_setting *set = row->set[k];
            const char *vendor = mp_get(row->device, "vendor");
            if (strcmp(set->keyword, "product_blacklist") != 0)
                continue;
            struct mp_setting names[] = {{"product", set->value, 0, NULL},
                                         {"vendor", (char *)vendor, 0, NULL}};
            const struct mp_section list = {
                .level = MP_LIST_DEVICE, .set = names, .count = vendor ? 2 : 1};
            if (mp_matches(c, &list, lun))
                return set;
        }
    }
    return NULL;
}

static bool keep(struct mp_effect *effect, const char *by, const struct mp_setting *set)
{
    effect->kept_off = by;
    effect->kept_off_set = set;
    return true;
}

static bool keep_by_device(const struct mp_config *c, const struct mp_lun *lun,
                           struct mp_effect *effect)
{
    if (listed_device(c, lun, true))
        return false;
    const struct mp_setting *set = listed_device(c, lun, false);
    if (set)
        return keep(effect, "blacklist device", set);
    set = product_listed(c, lun);
    return set && keep(effect, "product_blacklist", set);
}

/* The names of the properties udev gives a LUN's path, in the order in which they are asked: each
 * first for an exception, which ends the search, then for the list. Two are excepted without a
 * word. */
static bool keep_by_property(const struct mp_config *c, struct mp_effect *effect)
{
    static const char *const names[] = {
        "DEVLINKS",  "DEVNAME",         "DEVPATH",     "DEVTYPE",   "ID_BUS",
        "ID_MODEL",  "ID_MODEL_ENC",    "ID_REVISION", "ID_SCSI",   "ID_SCSI_SERIAL",
        "ID_SERIAL", "ID_SERIAL_SHORT", "ID_TYPE",     "ID_VENDOR", "ID_VENDOR_ENC",
    }; /* then comes ID_WWN */
    for (size_t i = 0; c->era >= MP_EL7 && i < sizeof names / sizeof *names; i++) {
        const char *const sample[4] = {names[i]};
        if (listed(c, MP_EXCEPTIONS, "property", sample))
            return false;
        const struct mp_setting *set = listed(c, MP_BLACKLIST, "property", sample);
        if (set)
            return keep(effect, "blacklist property", set);
    }
    return false;
}

static bool keep_by_kind(const struct mp_config *c, const struct mp_lun *lun, size_t kind,
                         struct mp_effect *effect)
{
    const char *keyword = kinds[kind].keyword;
    bool is_wwid = strcmp(keyword, "wwid") == 0;
    const char *known = is_wwid ? lun->wwid : kind == 0 ? lun->node : NULL;
    const char *const own[4] = {known}, *const *sample = known ? own : kinds[kind].sample;
    /* SM itself lifts 6.5's and 7.0's own `wwid ".*"` LUN by LUN. */
    bool sm_lifts = is_wwid && (c->era == MP_049 || c->sm_lifts);
    if (c->era < kinds[kind].since || sm_lifts || listed(c, MP_EXCEPTIONS, keyword, sample))
        return false;
    const struct mp_setting *set = listed(c, MP_BLACKLIST, keyword, sample);
    return set && keep(effect, kinds[kind].kept_off, set);
}

/* find_multipaths: what the last of the files says; a word the parser does not know is none. Where
 * nothing is said builds differ (upstream strict, Red Hat off), and nothing is known. */
static bool is_find(const char *value)
{
    static const char *const words[] = {"yes", "on", "no", "off", "strict", "greedy", "smart"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], value) == 0)
            return true;
    return false;
}

static bool keep_by_find(const struct mp_config *c, const struct mp_lun *lun,
                         struct mp_effect *effect)
{
    const struct mp_setting *set = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct mp_section *s = c->section[i];
        for (size_t k = 0; s->level == MP_DEFAULTS && k < s->count; k++)
            if (strcmp(s->set[k].keyword, "find_multipaths") == 0 && is_find(s->set[k].value))
                set = &s->set[k];
    }
    return set && !lun->wwid_known && strcmp(set->value, "strict") == 0 &&
           keep(effect, "find_multipaths strict", set);
}

void mp_keep_off(const struct mp_config *c, const struct mp_lun *lun, struct mp_effect *effect)
{
    /* "does not exist, blacklisting all devices": el6 and el7 (multipath.md 0.6). */
    if (!c->has_main && (c->era == MP_049 || c->era == MP_EL7)) {
        keep(effect, "no /etc/multipath.conf", NULL);
        return;
    }
    if (keep_by_property(c, effect) || keep_by_kind(c, lun, 0, effect) ||
        keep_by_device(c, lun, effect))
        return;
    for (size_t kind = 1; kind < sizeof kinds / sizeof *kinds; kind++)
        if (keep_by_kind(c, lun, kind, effect))
            return;
    if (c->era == MP_MODERN)
        keep_by_find(c, lun, effect);
}
