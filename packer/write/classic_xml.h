/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the two documents of the classic half as the product's own builder did: no declaration,
 * one tag a line, attributes in alphabetical order, the description first. Format: packs.md A.3.
 * Values obey the grammars of pack/, so nothing has to be escaped, which no reader would undo. */
#pragma once
#include "classic.h"
#include "error.h"

GBytes *sp_classic_write_repository(const SpClassic *classic, GError **error) SP_MUST_CHECK;
GBytes *sp_classic_write_packages(const SpClassic *classic, GError **error) SP_MUST_CHECK;
