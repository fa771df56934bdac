/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only place that looks at the environment. Everything below gets values. */
#pragma once
#include "error.h"

typedef struct {
    char *program;    /* absolute path of the running executable */
    char *gnupg_home; /* GNUPGHOME, else ~/.gnupg */
    char *tmpdir;     /* TMPDIR, else /tmp */
    gint64 epoch;     /* SOURCE_DATE_EPOCH; -1 when not set */
    gint64 now;       /* by the clock; only for what is not in any output */
    gboolean no_color;
} SpEnvironment;

/* SP_ERROR_USAGE when SOURCE_DATE_EPOCH is malformed. */
SpEnvironment *sp_environment_read(GError **error) SP_MUST_CHECK;
void sp_environment_free(SpEnvironment *environment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpEnvironment, sp_environment_free)
