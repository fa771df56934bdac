/* SPDX-License-Identifier: MIT */
#include "devices.h"
#include "keepoff.h"
#include "keyword.h"

#include <stdlib.h>
#include <string.h>

#define VENDOR_WIDTH  8 /* SPC, 6.4.2 */
#define PRODUCT_WIDTH 16

/* The string as the parser has it: 0.4.7, 0.4.8 and el7 keep the blanks INQUIRY pads it with, the
 * others cut them (P3). In a list "!" means all others (0.8.4). */
static enum ere search(const struct mp_config *c, const struct mp_section *in, const char *keyword,
                       const char *value, size_t width)
{
    char padded[65];
    const char *pattern = mp_get(in, keyword);
    if (!pattern)
        return ERE_YES; /* what is not asked fits */
    bool others =
        in->level == MP_LIST_DEVICE && *pattern == '!' && c->parser >= MP_VERSION(0, 8, 4, 0);
    size_t n = strnlen(value, sizeof padded - 1);
    memcpy(padded, value, n);
    while (n && padded[n - 1] == ' ')
        n--;
    while ((c->era == MP_047 || c->era == MP_EL7) && n < width)
        padded[n++] = ' ';
    padded[n] = '\0';
    enum ere found = ere_search(mp_flavour(c->era), pattern + others, padded);
    if (others && found != ERE_BAD)
        return found == ERE_YES ? ERE_NO : ERE_YES;
    return found;
}

/* A revision is known of no LUN: only an expression that fits any fits. All of a device's are
 * compiled before any is tried: one that does not compile counts whoever the device is for (P4). */
static enum ere match(const struct mp_config *c, const struct mp_section *device,
                      const struct mp_lun *lun)
{
    enum ere v = search(c, device, "vendor", lun->vendor, VENDOR_WIDTH);
    enum ere p = search(c, device, "product", lun->product, PRODUCT_WIDTH);
    if (device->level != MP_DEVICE)
        return v == ERE_YES ? p : v;
    enum ere r = search(c, device, "revision", "", 0);
    if (v == ERE_BAD || p == ERE_BAD || r == ERE_BAD)
        return ERE_BAD;
    /* el7's without any name is another's (multipath.md 1.3), el6's fits all (P6). */
    if (device->level == MP_DEVICE && c->era != MP_049 && !mp_get(device, "vendor") &&
        !mp_get(device, "product"))
        return ERE_NO;
    return v != ERE_YES ? v : p != ERE_YES ? p : r;
}

bool mp_matches(const struct mp_config *c, const struct mp_section *device,
                const struct mp_lun *lun)
{
    return match(c, device, lun) == ERE_YES;
}

const struct mp_value *mp_effect_value(const struct mp_effect *effect, const char *keyword)
{
    for (size_t i = 0; i < effect->count; i++)
        if (strcmp(effect->value[i].set->keyword, keyword) == 0)
            return &effect->value[i];
    return NULL;
}

/* Unless something stronger has set it. */
static void offer(struct mp_effect *effect, enum mp_by by, const struct mp_setting *set)
{
    if (!mp_is_device_keyword(set->keyword) || mp_effect_value(effect, set->keyword))
        return;
    effect->value = xgrow(effect->value, (effect->count + 1) * sizeof *effect->value);
    effect->value[effect->count++] = (struct mp_value){by, set};
}

static void offer_row(struct mp_effect *effect, const struct mp_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        offer(effect, MP_BY_DEVICE, row->set[i]);
}

/* Sections of one kind; what is read later is stronger. */
static void offer_sections(const struct mp_config *c, enum mp_level level, enum mp_by by,
                           struct mp_effect *effect)
{
    for (size_t i = c->count; i-- > 0;) {
        const struct mp_section *s = c->section[i];
        for (size_t k = s->level == level ? s->count : 0; k-- > 0;)
            if (mp_acts(c, &s->set[k]))
                offer(effect, by, &s->set[k]);
    }
}

bool mp_is_yes(const char *value)
{
    return value && (strcmp(value, "yes") == 0 || strcmp(value, "1") == 0);
}

/* el7's `all_devs yes` changes every device read before it. */
static void offer_all_devs(const struct mp_config *c, size_t after, struct mp_effect *effect)
{
    for (size_t i = c->count; i-- > after;)
        if (c->section[i]->level == MP_DEVICE && mp_is_yes(mp_get(c->section[i], "all_devs")))
            for (size_t k = c->section[i]->count; k-- > 0;)
                if (mp_acts(c, &c->section[i]->set[k]))
                    offer(effect, MP_BY_ALL_DEVS, &c->section[i]->set[k]);
}

static size_t place_of(const struct mp_config *c, const struct mp_section *section)
{
    size_t i = 0;
    while (i < c->count && c->section[i] != section)
        i++;
    return i;
}

/* Up to el6 the first device that fits; an expression that does not compile ends the search. */
static void look_up_first(const struct mp_config *c, const struct mp_lun *lun,
                          struct mp_effect *effect)
{
    for (size_t i = 0; i < c->table->count; i++) {
        const struct mp_row *row = &c->table->row[i];
        enum ere fits = match(c, row->device, lun);
        if (fits == ERE_YES) {
            effect->winner = row->device;
            offer_row(effect, row);
            return;
        }
        if (fits == ERE_BAD) {
            effect->ends_lookup = row->device;
            return;
        }
    }
}

/* el7: the last one that fits, with what was given to it; later parsers: all that fit, the last one
 * first. */
static void look_up_last(const struct mp_config *c, const struct mp_lun *lun,
                         struct mp_effect *effect)
{
    for (size_t i = c->table->count; i-- > 0;) {
        const struct mp_row *row = &c->table->row[i];
        bool all_devs = c->era == MP_EL7 && mp_is_yes(mp_get(row->device, "all_devs"));
        if (all_devs || !mp_matches(c, row->device, lun))
            continue;
        effect->winner = effect->winner ? effect->winner : row->device;
        if (c->era == MP_EL7)
            offer_all_devs(c, place_of(c, row->device), effect);
        offer_row(effect, row);
        if (c->era == MP_EL7)
            return;
    }
}

/* By keyword. There are few; libc's qsort() is larger than this file. */
static void sort(struct mp_effect *effect)
{
    for (size_t i = 1; i < effect->count; i++) {
        struct mp_value moved = effect->value[i];
        size_t k = i;
        for (; k && strcmp(effect->value[k - 1].set->keyword, moved.set->keyword) > 0; k--)
            effect->value[k] = effect->value[k - 1];
        effect->value[k] = moved;
    }
}

/* prio_args is read beside a prio of its own level alone. */
static void drop_arguments(struct mp_effect *effect)
{
    const struct mp_value *prio = mp_effect_value(effect, "prio");
    const struct mp_value *args = mp_effect_value(effect, "prio_args");
    if (!args || (prio && prio->by == args->by))
        return;
    size_t i = (size_t)(args - effect->value);
    effect->value[i] = effect->value[--effect->count];
}

void mp_effect_of(const struct mp_config *c, const struct mp_lun *lun, struct mp_effect *effect)
{
    *effect = (struct mp_effect){0};
    if (c->era == MP_MODERN)
        offer_sections(c, MP_OVERRIDES, MP_BY_OVERRIDES, effect);
    if (c->era <= MP_049)
        look_up_first(c, lun, effect);
    else
        look_up_last(c, lun, effect);
    offer_sections(c, MP_DEFAULTS, MP_BY_DEFAULTS, effect);
    drop_arguments(effect);
    sort(effect);
    mp_keep_off(c, lun, effect);
}

void mp_effect_free(struct mp_effect *effect)
{
    free(effect->value);
    *effect = (struct mp_effect){0};
}
