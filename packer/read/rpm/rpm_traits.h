/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an RPM's header says, in the words repodata repeats it in: see package.h. */
#pragma once
#include "error.h"
#include "package.h"

#include <rpm/rpmtypes.h>

/* The header that lies there in an RPM, or the signature header; NULL when librpm does not take it.
 * The caller frees. */
Header sp_rpm_header(GBytes *rpm, gsize start, gsize end) SP_MUST_CHECK;
/* Fills traits, paths, weak, file_digest and has_sha256 of the package. `rpm` is the whole file. */
void sp_rpm_traits(Header h, GBytes *rpm, SpPackage *package);
