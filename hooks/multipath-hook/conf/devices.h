/* SPDX-License-Identifier: MIT */
/* Which settings a LUN gets on one parser, and what keeps it off multipath (parsers-2.md P3 to P5;
 * tests/parsers holds it against real ones). */
#ifndef DEVICES_H
#define DEVICES_H

#include "config.h"

/* What is known of a LUN. Vendor and product as INQUIRY has them, without the blanks behind. */
struct mp_lun {
    const char *vendor, *product;
    bool wwid_known;         /* it is in the host's wwids file */
    const char *node, *wwid; /* "sdb", "3600...": of one that is there; NULL of any */
};

enum mp_by { MP_BY_DEVICE, MP_BY_OVERRIDES, MP_BY_ALL_DEVS, MP_BY_DEFAULTS };

struct mp_effect {
    struct mp_value {
        enum mp_by by;
        const struct mp_setting *set;
    } * value; /* sorted by keyword */
    size_t count;
    /* What keeps it off: NULL where nothing does. set: the line; NULL where it is no line. */
    const char *kept_off; /* a constant: "blacklist devnode", "no /etc/multipath.conf" ... */
    const struct mp_setting *kept_off_set;
    /* The device whose settings come first, NULL where none fits. */
    const struct mp_section *winner;
    /* Up to el6: the device whose expression does not compile, which ends every lookup. */
    const struct mp_section *ends_lookup;
};

/* The effect points into c. To be freed. */
void mp_effect_of(const struct mp_config *c, const struct mp_lun *lun, struct mp_effect *effect);
void mp_effect_free(struct mp_effect *effect);
const struct mp_value *mp_effect_value(const struct mp_effect *effect, const char *keyword);

/* Does this device (or one of the blacklist) match the LUN on that parser? */
bool mp_matches(const struct mp_config *c, const struct mp_section *device,
                const struct mp_lun *lun);

/* "yes" or "1"; NULL is neither. */
bool mp_is_yes(const char *value);

/* Does the parser act on this setting of its section? */
bool mp_acts(const struct mp_config *c, const struct mp_setting *set);

/* The parser's table of devices, after one has made way for another or given it its settings. */
struct mp_table {
    struct mp_row {
        const struct mp_section *device;
        unsigned names;                /* a sum of vendor, product and revision */
        const struct mp_setting **set; /* its own and those given; one a keyword */
        size_t count;
    } * row;
    size_t count;
    /* 0.4.9-86 dies here: a device of one file has what one of a later file says, that has a
     * retry, and neither has features (P2). Of the two the one that is not the pack's. NULL:
     * nowhere. */
    const struct mp_section *dies_at;
};
struct mp_table *mp_table_make(const struct mp_config *c);
void mp_table_free(struct mp_table *table);

/* A LUN that a stanza's expression stands for: its choice-th sample (of a|b each choice takes the
 * next). False where there is none, or no further one. out: at most 64 bytes and a NUL. */
bool mp_sample(enum ere_flavour flavour, const char *pattern, unsigned choice, char out[65]);

#endif
