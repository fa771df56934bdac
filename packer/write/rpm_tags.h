/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills the header of a package (rpm's docs/manual/tags.md; values as rpm 4.18 writes them, which
 * rpm 4.4 and later read). Failures: SP_ERROR_SYSTEM. */
#pragma once
#include "entry.h"
#include "error.h"
#include "rpm_spec.h"

#include <rpm/header.h>

/* All three put it behind what the tag has already. A string is put as what librpm knows the tag to
 * be, one string or several. */
void sp_rpm_put_string(Header header, rpmTagVal tag, const char *text);
void sp_rpm_put_number(Header header, rpmTagVal tag, guint32 number);
/* For the rest, and for the tags of a signature header, whose numbers librpm knows as others'. */
void sp_rpm_put(Header header, rpmTagVal tag, rpmTagType type, const void *data, guint count);

/* Name to scriptlets, and what the package provides and requires. */
gboolean sp_rpm_put_spec(Header header, const SpRpmSpec *spec, GError **error) SP_MUST_CHECK;
/* What it holds; `tree` is sorted by path and has at least one entry. */
void sp_rpm_put_files(Header header, const GPtrArray *tree, GChecksumType digest, guint32 mtime);
