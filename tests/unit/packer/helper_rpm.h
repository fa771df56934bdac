/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small real RPM, built by our own writer, for the tests of what reads RPMs. */
#pragma once
#include "entry.h"
#include "fileio.h"
#include "helper.h"
#include "rpm_out.h"
#include "scratch.h"

static const char small_spec[] =
    "Name: small\nVersion: 1.2\nRelease: 1\nSummary: s\nLicense: MIT\nAutoReqProv: no\n"
    "Requires: other >= 2\n%description\nd\n%post\n/bin/true\n";

static inline GPtrArray *small_tree(void)
{
    GPtrArray *tree = sp_tree_new();
    sp_tree_add_dir(tree, "opt/small", 0755);
    sp_tree_take_text(tree, "opt/small/tool", 0755, g_strdup("#!/bin/sh\nexit 0\n"));
    sp_tree_take_text(tree, "opt/small/text", 0644, g_strnfill(5000, 'x'));
    return tree;
}

static inline GBytes *small_rpm_bytes(gint64 epoch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = bytes_of(small_spec);
    g_autoptr(SpRpmSpec) spec = sp_rpm_spec_parse("small.spec", text, &error);
    g_autoptr(GPtrArray) tree = small_tree();
    GBytes *rpm = spec != NULL ? sp_rpm_write(spec, tree, epoch, &error) : NULL;
    if (rpm == NULL)
        fail_msg("%s", error->message);
    return rpm;
}

/* The same as a file below `scratch`; returns its path. */
static inline char *small_rpm(const SpScratch *scratch, gint64 epoch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) rpm = small_rpm_bytes(epoch);
    char *path = sp_scratch_file(scratch, "small-1.2-1.x86_64.rpm", rpm, &error);
    assert_non_null(path);
    return path;
}
