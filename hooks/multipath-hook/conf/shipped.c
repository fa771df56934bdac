/* SPDX-License-Identifier: MIT */
#include "shipped.h"

/* The devices of sm's own multipath.conf from 2013-10 to 2015-05, the time of 6.5 (xapi-project/sm,
 * multipath/multipath.conf): the day of the first that had it, vendor and product. Up to 6.2 the
 * main file was device-mapper-multipath's. tests/unit/hook/test_shipped.c prints what is missing.
 */
static const unsigned digests[] = {
    0x0461be3a, /* 2014-05-16 NETAPP LUN.* */
    0x0c4220af, /* 2013-10-18 DataCore" SAN*" */
    0x2374e7f1, /* 2014-01-15 DataCore SAN* */
    0x2590e587, /* 2013-10-18 DELL" MD36xx(i|f)" */
    0x3434e7f6, /* 2015-05-27 NETAPP LUN.* */
    0x3aea0c4a, /* 2014-01-15 IBM 1723* */
    0x5a21d2d9, /* 2014-08-22 DGC .* */
    0x5ab60ec2, /* 2013-10-18 IBM" 1723*" */
    0xaff6fe86, /* 2014-04-15 EQLOGIC 100E-00 */
    0xb726d16e, /* 2014-01-13 NETAPP LUN.* */
    0xc332bf7d, /* 2014-01-15 DELL MD36xx(i|f) */
};

/* FNV-1a over "keyword value\n" of all settings in their order. */
static unsigned digest(unsigned hash, const char *s, char end)
{
    for (;; s++) {
        hash = (hash ^ (unsigned char)(*s ? *s : end)) * 16777619u;
        if (!*s)
            return hash;
    }
}

unsigned shipped_digest(const struct mp_section *device)
{
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < device->count; i++)
        hash = digest(digest(hash, device->set[i].keyword, ' '), device->set[i].value, '\n');
    return hash;
}

bool shipped_device(const struct mp_section *device)
{
    unsigned hash = shipped_digest(device);
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        if (digests[i] == hash)
            return true;
    return false;
}
