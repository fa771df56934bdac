/* SPDX-License-Identifier: MIT */
#include "ere.h"
#include "mpconf.h"

#include <string.h>

#define SPECIAL "*+?[](){}|^$\\"

/* Vendor and product are unanchored POSIX extended expressions, compared with the INQUIRY strings
 * as the array sends them: padded with blanks to 8 and 16 bytes (SPC, 6.4.2). */
static enum ere search(enum mp_era era, const char *pattern, const char *value, size_t width)
{
    char padded[65];
    size_t n = 0;
    for (; n < sizeof padded - 1 && value[n]; n++)
        padded[n] = value[n];
    while (n < width)
        padded[n++] = ' ';
    padded[n] = '\0';
    /* A device without one of the two is matched by the other alone. */
    return pattern ? ere_search(era == MP_MODERN ? ERE_GLIBC : ERE_BUNDLED, pattern, padded)
                   : ERE_YES;
}

enum mp_clash mp_clash(const struct mp_device *theirs, const char *vendor, const char *product,
                       enum mp_era era, bool read_after_ours)
{
    if (!theirs->has_vendor && !theirs->has_product)
        return MP_NO_CLASH;
    if (theirs->has_vendor && theirs->has_product && strcmp(theirs->vendor, vendor) == 0 &&
        strcmp(theirs->product, product) == 0)
        return MP_SAME_DEVICE;
    /* Up to el6 the first entry that matches wins, from el7 on the last one. */
    bool wins = era <= MP_049 ? !read_after_ours : read_after_ours;
    if (!wins)
        return MP_NO_CLASH;
    enum ere v = search(era, theirs->has_vendor ? theirs->vendor : NULL, vendor, 8);
    if (v == ERE_NO && era > MP_049)
        return MP_NO_CLASH;
    enum ere p = search(era, theirs->has_product ? theirs->product : NULL, product, 16);
    /* Up to el6 an expression that does not compile ends the lookup: nothing behind it matches. */
    if (v == ERE_BAD || p == ERE_BAD)
        return era <= MP_049 ? MP_SHADOWS : MP_NO_CLASH;
    if (v != ERE_YES || p != ERE_YES)
        return MP_NO_CLASH;
    /* Where our own strings are expressions nobody can say what both would match. */
    return strpbrk(vendor, SPECIAL) || strpbrk(product, SPECIAL) ? MP_NO_CLASH : MP_SHADOWS;
}
