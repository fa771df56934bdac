/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory libxml2 would need for a document, told from its bytes before it parses them: an
 * element of four bytes becomes a node of over a hundred, and libxml2 has no bound of its own. */
#pragma once
#include <glib.h>

/* FALSE when a document as a tree might take more than 24 MiB. */
gboolean sp_xml_fits(GBytes *text);
/* The same when only one <element> is a tree at a time, the children of the root. Documents with
 * comments, CDATA or processing instructions, in which an end tag may not be one, are measured
 * whole. */
gboolean sp_xml_fits_by(GBytes *text, const char *element);
