/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds RPMs in process through librpmbuild: the files are laid into a buildroot here, so the spec
 * needs no %install and nothing is forked. Every macro that shapes bytes is pinned; no macro file
 * but rpm's own is read. The result depends on spec, tree, epoch and the rpm library alone.
 * Failures: SP_ERROR_SYSTEM with rpm's words. Not for use from two threads. */
#pragma once
#include "entry.h"
#include "error.h"
#include "scratch.h"

typedef struct SpRpmBuilder SpRpmBuilder;

/* `scratch` stays the caller's and must outlive the builder. */
SpRpmBuilder *sp_rpm_builder_new(const SpScratch *scratch, gint64 epoch,
                                 GError **error) SP_MUST_CHECK;
void sp_rpm_builder_free(SpRpmBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpRpmBuilder, sp_rpm_builder_free)

/* `name` tells the package apart in the scratch directory, `spec` is the expanded text, `tree` the
 * content of the buildroot, `file` the name rpm will give the result. Returns the path of the RPM;
 * the caller frees the string, the file goes with the scratch directory. */
char *sp_rpm_build(SpRpmBuilder *builder, const char *name, GBytes *spec, const GPtrArray *tree,
                   const char *file, GError **error) SP_MUST_CHECK;
/* That path, also of what was built in a child of this process; the caller frees. */
char *sp_rpm_built(const SpRpmBuilder *builder, const char *file);
/* Of the rpm library: the bytes depend on it. */
const char *sp_rpm_build_version(void);
