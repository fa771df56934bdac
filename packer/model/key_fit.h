/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hosts take a signing key, and why not. What rpm 4.11, yum 3.4 and gnupg 2.0 of dom0 can
 * check is packs.md B.6, what rpm 6 refuses clients-2.md 4. Pure. */
#pragma once
#include "key.h"

/* Groups of releases that check keys in the same way; 5.6 to 7.0 check none. */
typedef enum {
    SP_HOSTS_CLASSIC,
    SP_HOSTS_YUM,
    SP_HOSTS_DNF,
    SP_HOSTS_RPM6,
    SP_HOST_GROUPS
} SpHostGroup;

typedef struct {
    const char *what; /* "it is ..." */
    const char *todo; /* what mends it, or NULL: no other way than another key */
    guint hosts;      /* 1 << SpHostGroup of those that refuse it */
} SpKeyFault;

#define SP_KEY_FAULTS_MAX 8

/* "XenServer 8, XCP-ng 8.3" */
const char *sp_host_group_name(SpHostGroup group);
/* All that is wrong with it at `now` (seconds), the gravest first; their number. `todo` may hold
 * one
 * "%s" for the fingerprint. */
guint sp_key_faults(const SpKey *key, gint64 now, SpKeyFault faults[SP_KEY_FAULTS_MAX]);
