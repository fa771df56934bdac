/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every attribute and every text of an XML document as a fact; its name is the path to it. */
#pragma once
#include "error.h"
#include "fact.h"

/* *room: the bytes that facts may still take in memory; when they take more, SP_ERROR_INPUT.
 * `derived` is a set of values, or NULL: digests, sizes and names that hold one of them become
 * SP_FACT_DERIVED. Not well-formed: SP_ERROR_INPUT. */
gboolean sp_xml_facts(const char *subject, GBytes *text, GHashTable *derived, GPtrArray *facts,
                      gint64 *room, GError **error) SP_MUST_CHECK;
