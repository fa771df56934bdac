/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the update document: update.xml, and with an empty `key` the stamp. Format and order of
 * attributes: packs.md B.2; no XML declaration, as the product's own tool writes none. */
#pragma once
#include "error.h"
#include "update.h"

GBytes *sp_update_write(const SpUpdate *update, GError **error) SP_MUST_CHECK;
