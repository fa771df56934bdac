/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values the templates of spec/rpm may name. One list for all of them. */
#pragma once
#include "build.h"
#include "template.h"

/* The headings of what only the description's own files can tell; README.txt ends with it. */
#define SP_APPENDIX       "WHAT EACH HOST GETS"
#define SP_APPENDIX_NOTES "NOTES OF THE VENDOR"

typedef struct {
    SpTemplateValue values[33]; /* ends with a NULL name */
    char *appendix;
    char *fingerprint;
    char *version;  /* for RPM */
    char *carried;  /* the names, blanks between */
    char *rpms;     /* what plain rpm is given */
    char *requires; /* the spec's lines for them */
    char *payload_stanzas,
        *control_stanzas; /* and for the texts, of both packages that have them */
} SpBuildValues;

/* Points into `build`, which must outlive it. */
SpBuildValues *sp_build_values_new(const SpBuild *build);
void sp_build_values_free(SpBuildValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpBuildValues, sp_build_values_free)
