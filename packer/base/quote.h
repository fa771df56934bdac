/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place where foreign text (of an image, a description, a host, a library) is made fit to
 * show. What drives a terminal or misleads the eye is never passed on: control characters (C0, DEL,
 * C1), format characters (among them those that turn the direction of writing), line and paragraph
 * separators, and bytes that are not UTF-8. */
#pragma once
#include <glib.h>

/* Each byte of those becomes \xNN, but '\n' and '\t' when `multiline`. The caller frees. */
char *sp_escape(const char *text, gboolean multiline);
/* Each of those becomes U+FFFD, as JSON has them. The caller frees. */
char *sp_clean(const char *text);
/* The name of a place, to stand at the start of a line: escaped, and in single quotes when it could
 * be taken for more than a name (a colon, a quote or a blank at its end in it). The caller frees.
 */
char *sp_quote_place(const char *name);
