/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digests an RPM in (mapped) memory: of the whole file, and in the same pass those that it bears of
 * its payload. */
#pragma once
#include "error.h"

/* sha256 of the file, in hex; the caller frees. *payload: the header bears the payload's digest, it
 * is right, the MD5 of both, if there is one, is right as well, and no signature covers both: then
 * librpm (rpmvs.c) has nothing to find in the payload. FALSE there says nothing: it is to judge. */
char *sp_rpm_digest(GBytes *rpm, gboolean *payload) SP_MUST_CHECK;
