/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values the templates of spec/rpm may name. One list for all of them. */
#pragma once
#include "build.h"
#include "template.h"

typedef struct {
    SpTemplateValue values[16]; /* ends with a NULL name */
    char *fingerprint;
} SpBuildValues;

/* Points into `build`, which must outlive it. */
SpBuildValues *sp_build_values_new(const SpBuild *build);
void sp_build_values_free(SpBuildValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpBuildValues, sp_build_values_free)
