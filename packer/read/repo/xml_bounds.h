/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an XML text may have in it, counted in one pass over its bytes before a parser sees it:
 * libxml2's tree takes up to 80 times the text, and its time is quadratic in an element's
 * attributes and in the namespaces in scope. */
#pragma once
#include <glib.h>

/* NULL, or why the text is not parsed: it is not UTF-8 in which markup is ASCII, declares entities,
 * elements or attributes of its own, or has an element of more than 256 attributes, more than 64
 * namespaces, or would make a tree of more than 12 MiB. */
const char *sp_xml_bounds(GBytes *text);
/* The same of a document whose root's children `element` are looked at one at a time: a tree is
 * then no more than one of them. */
const char *sp_xml_bounds_by(GBytes *text, const char *element);
