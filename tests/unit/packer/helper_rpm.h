/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small real RPM, built by our own writer, for the tests of what reads RPMs. */
#pragma once
#include "entry.h"
#include "fileio.h"
#include "helper.h"
#include "rpm_build.h"

static const char small_spec[] =
    "Name: small\nVersion: 1.2\nRelease: 1\nSummary: s\nLicense: MIT\nAutoReqProv: no\n"
    "Requires: other >= 2\n%description\nd\n%post\n/bin/true\n%files\n%defattr(-,root,root)\n"
    "%dir %attr(0755,root,root) /opt/small\n%attr(0755,root,root) /opt/small/tool\n"
    "%attr(0644,root,root) /opt/small/text\n";

static inline GPtrArray *small_tree(void)
{
    GPtrArray *tree = sp_tree_new();
    sp_tree_add_dir(tree, "opt/small", 0755);
    sp_tree_take_text(tree, "opt/small/tool", 0755, g_strdup("#!/bin/sh\nexit 0\n"));
    sp_tree_take_text(tree, "opt/small/text", 0644, g_strnfill(5000, 'x'));
    return tree;
}

/* Builds it below `scratch`; returns its path. */
static inline char *small_rpm(const SpScratch *scratch, gint64 epoch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpRpmBuilder) builder = sp_rpm_builder_new(scratch, epoch, &error);
    if (builder == NULL)
        fail_msg("%s", error->message);
    g_autoptr(GBytes) spec = bytes_of(small_spec);
    g_autoptr(GPtrArray) tree = small_tree();
    char *path = sp_rpm_build(builder, "small", spec, tree, "small-1.2-1.x86_64.rpm", &error);
    if (path == NULL)
        fail_msg("%s", error->message);
    return path;
}

static inline GBytes *small_rpm_bytes(const char *dir, gint64 epoch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpScratch) scratch = sp_scratch_new(dir, &error);
    g_autofree char *path = small_rpm(scratch, epoch);
    GBytes *bytes = sp_read_path(path, 1 << 20, NULL, &error);
    assert_non_null(bytes);
    return bytes;
}
