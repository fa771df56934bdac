/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a package says of itself, in the words of an RPM spec as far as spec/rpm needs them (rpm's
 * docs/manual/spec.md): the preamble, %description, scriptlets and one %triggerin. There are no
 * macros, and no %files: what a package holds is its tree. Pure. */
#pragma once
#include "error.h"

typedef enum {
    SP_SPEC_NAME,
    SP_SPEC_VERSION,
    SP_SPEC_RELEASE,
    SP_SPEC_SUMMARY,
    SP_SPEC_LICENSE,
    SP_SPEC_VENDOR,
    SP_SPEC_GROUP,
    SP_SPEC_ARCH,     /* "x86_64" unless the spec says otherwise */
    SP_SPEC_DIGEST,   /* of the files, RFC 4880 number: "1" MD5, or "8" SHA-256, the usual */
    SP_SPEC_REQUIRES, /* a comma list of "name" or "name op version" */
    SP_SPEC_DESCRIPTION,
    SP_SPEC_POST,
    SP_SPEC_PREUN,
    SP_SPEC_POSTUN,
    SP_SPEC_POSTTRANS,
    SP_SPEC_TRIGGERIN, /* the script ... */
    SP_SPEC_TRIGGERS,  /* ... and the comma list of the packages that trigger it */
    SP_SPEC_WORDS
} SpSpecWord;

typedef struct {
    char *text[SP_SPEC_WORDS]; /* without white space at its end; NULL where there is none */
} SpRpmSpec;

/* `file` names it in messages. SP_ERROR_SYSTEM for what is no such spec: they are part of the
 * program. */
SpRpmSpec *sp_rpm_spec_parse(const char *file, GBytes *text, GError **error) SP_MUST_CHECK;
void sp_rpm_spec_free(SpRpmSpec *spec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpRpmSpec, sp_rpm_spec_free)
