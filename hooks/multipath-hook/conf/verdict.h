/* SPDX-License-Identifier: MIT */
/* Does a device of the pack get what its stanza says, on one host's configuration? */
#ifndef VERDICT_H
#define VERDICT_H

#include "devices.h"

struct mp_verdict {
    /* The LUN this is about: of all that the stanza's expressions stand for the first that fares
     * badly, else the first. */
    char vendor[65], product[65];
    struct mp_effect effect;
    /* The first setting of the stanza that does not hold; NULL: all do. */
    const struct mp_setting *wanted;
    /* What holds in its place, NULL where nothing is set; and the section that is the cause, NULL
     * where no device fits the LUN at all. */
    const struct mp_value *instead;
    const struct mp_section *by;
};

/* `wanted`: the device as the stanza has it; like: what else is known of its LUNs, whose vendor and
 * product are its samples. The verdict points into c and wanted. To be freed. */
void mp_judge(const struct mp_config *c, const struct mp_section *wanted, const struct mp_lun *like,
              struct mp_verdict *verdict);
void mp_verdict_free(struct mp_verdict *verdict);

/* Is the cause a device (which placing ours elsewhere may beat), not a section above all devices?
 */
bool mp_by_device(const struct mp_verdict *verdict);

/* Does `theirs` say something of the LUN that the stanza says otherwise? */
bool mp_contradicts(const struct mp_config *c, const struct mp_section *theirs,
                    const struct mp_section *wanted, const struct mp_verdict *verdict);

#endif
