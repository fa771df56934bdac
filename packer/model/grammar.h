/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammars of the values of a description, each one pure function: text in, verdict out.
 * NULL = good; otherwise a static sentence that says what it must be ("must be ...").
 * They are narrow on purpose: no value can mean anything to a macro, a shell, XML or an INI file.
 */
#pragma once
#include <glib.h>

typedef const char *(*SpGrammar)(const char *value);

const char *sp_grammar_originator(const char *value);
const char *sp_grammar_vendor(const char *value);
const char *sp_grammar_label(const char *value);
const char *sp_grammar_version(const char *value);
/* What build-update takes as a version and sp_pack_rpm_version can make one for RPM of. */
const char *sp_grammar_ddk_version(const char *value);
/* The name of a public key file, which hosts keep under /etc/pki/rpm-gpg. */
const char *sp_grammar_key_file(const char *value);
const char *sp_grammar_text(const char *value);
const char *sp_grammar_uuid(const char *value);
const char *sp_grammar_guidance(const char *value);
const char *sp_grammar_requires(const char *value);
const char *sp_grammar_yes_no(const char *value);
/* A day or a second of UTC: 2026-11-28, 2026-11-28T12:00:00Z */
const char *sp_grammar_date(const char *value);
const char *sp_grammar_conflict(const char *value);
const char *sp_grammar_settings(const char *value);
const char *sp_grammar_path(const char *value);
/* Paths whose parts may have the wildcards * and ?, blanks between. */
const char *sp_grammar_globs(const char *value);
/* What an array answers to INQUIRY, or a text like it. */
const char *sp_grammar_inquiry_vendor(const char *value);
const char *sp_grammar_inquiry_product(const char *value);
const char *sp_grammar_url(const char *value);

/* Lists are checked and kept in one spelling: "a,b" and "name op version, ..."; caller frees. */
char *sp_normal_guidance(const char *value);
char *sp_normal_requires(const char *value);
