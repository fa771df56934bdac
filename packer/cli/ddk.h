/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `build` called as the DDK calls build-update (packs.md B.9), so that a DDK Makefile changes one
 * word: options and RPMs in the place of PACK.ini. The result is a pack that carries those RPMs,
 * by the same rules as a description's. */
#pragma once
#include "environment.h"
#include "finding.h"
#include "pack.h"

typedef struct {
    /* argv's; NULL when not given */
    const char *uuid, *label, *version, *description, *output;
    const char *key, *keyfile, *base_requires, *after_apply, *precheck, *remove, *groupfile;
    GPtrArray *rpms; /* of char *, argv's */
} SpDdk;

/* TRUE when the words behind `build` are build-update's: --uuid or --label is among them. */
gboolean sp_ddk_is_called(int argc, char **argv);
/* argv[0] is `build`. SP_ERROR_USAGE. */
SpDdk *sp_ddk_parse(int argc, char **argv, GError **error) SP_MUST_CHECK;
void sp_ddk_free(SpDdk *ddk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpDdk, sp_ddk_free)

/* What findings call the place of values that come from options. */
#define SP_DDK_PLACE "command line"

/* The pack these options ask for. NULL: error set, or findings->bad > 0. *newest is raised to the
 * newest mtime (seconds) of the files read. */
SpPack *sp_ddk_pack(const SpDdk *ddk, SpFindings *findings, gint64 *newest,
                    GError **error) SP_MUST_CHECK;
/* The content of --keyfile; it must be the public part of the key `fingerprint`, SP_ERROR_KEY. */
GBytes *sp_ddk_public_key(const SpDdk *ddk, const SpEnvironment *environment,
                          const char *fingerprint, GError **error) SP_MUST_CHECK;
/* For `suppack build --help`. */
const char *sp_ddk_help(void);
