/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections beside a stanza's devices, in the words of one parser: each once, one setting a
 * line, in the order of SpSection. What a parser does not know, or no host gets, is left out and
 * told. */
#pragma once
#include "stanza.h"

/* Appends nothing where nothing is left for this parser. */
void sp_sections_put(GString *out, const SpStanza *stanza, const SpTelling *telling);
