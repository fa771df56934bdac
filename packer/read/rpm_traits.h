/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an RPM's header says, in the words repodata repeats it in: see package.h. */
#pragma once
#include "package.h"

#include <rpm/rpmtypes.h>

/* Fills traits, paths, weak, file_digest and has_sha256 of the package. `rpm` is the whole file. */
void sp_rpm_traits(Header h, GBytes *rpm, SpPackage *package);
