/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ready-made RPMs a pack carries to the hosts of its modern half, and the rules they obey: what
 * rpm 4.11 and yum 3.4 of dom0 can read and install (packs.md D), and what keeps several of them
 * apart on one image. Pure. */
#pragma once
#include "finding.h"
#include "package.h"

typedef struct {
    SpPackage *package; /* its `file` is how the user named it; without its list of files */
    char *path;         /* on disk, or NULL */
    GBytes *bytes;      /* of that file, or NULL */
} SpCarried;

/* A list that owns its SpCarried. */
GPtrArray *sp_carried_list(void);
/* Takes the package; the path may be NULL. */
void sp_carried_add(GPtrArray *list, SpPackage *package, const char *path, GBytes *bytes);
/* By name, so that the order of reading does not show. */
void sp_carried_sort(GPtrArray *list);
/* "Packages/name-version-release.arch.rpm", whatever the file was called; the caller frees. */
char *sp_carried_href(const SpPackage *package);
/* "name >= epoch:version-release"; the caller frees. */
char *sp_carried_requirement(const SpPackage *package);

/* What one of them breaks. `pack` may lack its label (a refused description); with pack->drivers
 * the kernel modules in `files` must lie where dom0 looks for added ones. */
void sp_carried_judge(const SpPack *pack, const SpPackage *package, SpFindings *findings);
/* What they break together. `file` is who names them, `line` where. */
void sp_carried_judge_all(const SpPack *pack, gboolean modules, const char *file, int line,
                          SpFindings *findings);
/* TRUE when one of the package's files is a kernel module. */
gboolean sp_carried_has_module(const SpPackage *package);
