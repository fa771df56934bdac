/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function a command. The result goes to stdout, everything else through the log to stderr. */
#pragma once
#include "environment.h"
#include "finding.h"
#include "log.h"
#include "options.h"

typedef struct {
    const SpOptions *options;
    const SpEnvironment *environment;
    SpLog log;
} SpRun;

gboolean sp_cmd_build(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_inspect(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_verify(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_diff(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_publish(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_sign(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_new(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_key(const SpRun *run, GError **error) SP_MUST_CHECK;
gboolean sp_cmd_lint(const SpRun *run, GError **error) SP_MUST_CHECK;
/* Each finding as its severity asks: errors always, warnings unless quiet, notes with -v. */
void sp_say_findings(const SpLog *log, const SpFindings *findings);
/* The text of --version; the caller frees. */
char *sp_versions(void);
/* Writes a result to stdout and makes sure it got there: a full disk is SP_ERROR_SYSTEM. */
gboolean sp_print(const char *text, GError **error) SP_MUST_CHECK;
