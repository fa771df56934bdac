/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of multipath.conf that stand beside the devices, and their keywords: which parsers
 * know them and their values. Rows are as those of keyword.h. Which settings no host gets at all:
 * never.h. */
#pragma once
#include "keyword.h"

/* In the order in which hosts get them. */
typedef enum { SP_DEFAULTS, SP_BLACKLIST, SP_EXCEPTIONS, SP_OVERRIDES, SP_SECTIONS } SpSection;

/* "defaults", "blacklist", "blacklist_exceptions", "overrides" */
const char *sp_section_name(SpSection section);
/* The keyword of that name in SP_DEFAULTS or SP_OVERRIDES; a name of old is the present keyword's
 * ("default_features"). NULL when no parser knows it there. */
const SpKeyword *sp_section_keyword(SpSection section, const char *name);
/* What the keyword is called by a parser, in a section; NULL: it does not know it there. */
const char *sp_section_word(SpSection section, const SpKeyword *keyword, SpParser parser);
/* Does the parser read the section at all? */
gboolean sp_section_is_known(SpSection section, SpParser parser);
/* ", did you mean 'x'?" of the keywords of SP_DEFAULTS, or ""; the caller frees. */
char *sp_section_advice(const char *name);
