/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digests an RPM in (mapped) memory: of the whole file, and in the same pass those that it bears of
 * its payload. */
#pragma once
#include "error.h"

/* sha256 of the file, in hex; the caller frees. *payload: the RPM bears one or more digests of its
 * payload, all of them are right, and no signature covers it: librpm, which would say the same
 * (rpmvs.c), need not read it. FALSE there says nothing: librpm is to judge. */
char *sp_rpm_digest(GBytes *rpm, gboolean *payload) SP_MUST_CHECK;
