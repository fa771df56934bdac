/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the two documents of the classic half as the hosts' own XML readers do (packs.md A.3). What
 * they say is judged by pack/; what the shell readers demand beyond XML, too. */
#pragma once
#include "classic.h"
#include "error.h"

/* SP_ERROR_INPUT when one is missing, not XML, or lacks what its readers need to go on: the
 * description as first child, an attribute that must be there. */
SpClassic *sp_classic_read(const GPtrArray *entries, GError **error) SP_MUST_CHECK;
