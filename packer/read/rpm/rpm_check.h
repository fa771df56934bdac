/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks digests and signatures of described RPMs through librpm, on all processors. */
#pragma once
#include "package.h"
#include "rpmfile.h"

#include <rpm/rpmtypes.h>

typedef struct {
    SpPackage *package;
    GBytes *rpm;
    gsize headers; /* of its bytes, those before the payload */
    GError *error; /* this machine's, not the package's; or NULL */
} SpRpmCheck;

typedef struct {
    rpmKeyring ring;
    GHashTable *ids; /* of its keys: char * */
} SpRpmKeys;

/* What is done with those that are known, see sp_rpm_reader_copy(); NULL: nothing. */
typedef struct {
    SpRpmCopy copy;
    gpointer data;
} SpRpmCopier;

/* `checks` of SpRpmCheck; see sp_rpm_check(). One of those that failed, or NULL. */
SpRpmCheck *sp_rpm_check_all(const SpRpmKeys *keys, const SpRpmCopier *copier,
                             const GPtrArray *checks);
