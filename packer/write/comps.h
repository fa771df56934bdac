/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the comps document: group `update` with update-<label> as its one mandatory member, which
 * is what xapi installs. Lower-case true and false: libsolv knows no others (packs.md B.5). */
#pragma once
#include "error.h"
#include "pack.h"

GBytes *sp_comps_write(const SpPack *pack, GError **error) SP_MUST_CHECK;
