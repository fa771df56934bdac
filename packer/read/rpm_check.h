/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks digests and signatures of described RPMs through librpm, on all processors. */
#pragma once
#include "package.h"

#include <rpm/rpmtypes.h>

typedef struct {
    SpPackage *package;
    GBytes *rpm;
    gboolean failed; /* this machine, not the package */
} SpRpmCheck;

typedef struct {
    rpmKeyring ring;
    GHashTable *ids; /* of its keys: char * */
} SpRpmKeys;

/* `checks` of SpRpmCheck; see sp_rpm_check(). One of those that failed, or NULL. */
const SpRpmCheck *sp_rpm_check_all(const SpRpmKeys *keys, const GPtrArray *checks);
