/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The multipath.conf parsers that pack texts are made for, oldest first. A host's is the last one
 * that is not newer than its multipath program. The first four are what hosts up to 8 have; 0.4.8
 * reads as 0.4.7 does, and -136 counts as -119, since a host does not tell them apart. The others
 * are releases of multipath-tools from which a device block's words change.
 * Source: multipath.md sections 2, 3 and Appendix A, parsers-2.md P7 and P10. */
#pragma once
#include <glib.h>

typedef enum {
    SP_0_4_7,
    SP_0_4_9_31, /* el6's: -66 to -72 on XenServer 6.5 */
    SP_0_4_9_86, /* el7's, as the next */
    SP_0_4_9_119,
    SP_0_6_0,
    SP_0_6_4,
    SP_0_7_0,
    SP_0_7_4,
    SP_0_7_5,
    SP_0_7_8,
    SP_0_8_0,
    SP_0_8_4,
    SP_0_8_6,
    SP_0_9_0,
    SP_0_9_6,
    SP_0_9_9,
    SP_0_14_0,
    SP_0_15_0,
    SP_PARSERS
} SpParser;

/* "0.4.9-31": in pack.conf, in the file's name and in findings. */
const char *sp_parser_name(SpParser parser);
/* The hosts that have the parsers first to last: "XenServer 7.0 to 8, XCP-ng 7 and 8"; the caller
 * frees. */
char *sp_parser_hosts(SpParser first, SpParser last);
/* FALSE for a parser that no known release of hosts has: nothing is warned of on its account. */
gboolean sp_parser_is_shipped(SpParser parser);
