/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signing by somebody else: the exact bytes go out into a folder, detached signatures come back
 * beside them. Three rounds, because repodata lists the digests of the signed packages, and
 * SHA256SUMS those of all signatures. */
#pragma once
#include "resign.h"

/* The first time it makes `dir`; once the packages' signatures and the key lie in it, it adds
 * repodata/repomd.xml, and once that is signed SHA256SUMS. Prints the paths of the new files. */
gboolean sp_outside_emit(SpResign *resign, const char *dir, GError **error) SP_MUST_CHECK;
/* Takes the key and the packages' signatures out of `dir`. SP_ERROR_INPUT for a file that is
 * missing, SP_ERROR_KEY for a key or signature that is not right. */
gboolean sp_outside_attach(SpResign *resign, const char *dir, GError **error) SP_MUST_CHECK;
/* The armored signature of `path` of the image, out of `dir`. */
GBytes *sp_outside_armor(const char *dir, const char *path, GError **error) SP_MUST_CHECK;
