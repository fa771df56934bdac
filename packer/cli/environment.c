/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "environment.h"
#include "epoch.h"

#include <stdlib.h>

static const char *given(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Absolute, since rpm and gpg are handed the path and may look at it from elsewhere. */
static char *absolute(const char *path)
{
    return g_canonicalize_filename(path, NULL);
}

SpEnvironment *sp_environment_read(GError **error)
{
    g_autoptr(SpEnvironment) environment = g_new0(SpEnvironment, 1);
    environment->program = g_file_read_link("/proc/self/exe", NULL);
    if (environment->program == NULL) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot find out where suppack is: no /proc/self/exe");
        return NULL;
    }
    const char *home = given("GNUPGHOME");
    g_autofree char *usual = g_build_filename(g_get_home_dir(), ".gnupg", NULL);
    environment->gnupg_home = absolute(home != NULL ? home : usual);
    const char *tmpdir = given("TMPDIR");
    environment->tmpdir = absolute(tmpdir != NULL ? tmpdir : "/tmp");
    environment->no_color = given("NO_COLOR") != NULL;
    environment->now = g_get_real_time() / G_USEC_PER_SEC;
    environment->epoch = -1;
    /* Set but empty is malformed too: the specification knows no empty value. */
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (epoch != NULL && !sp_epoch_parse(epoch, &environment->epoch, error))
        return NULL;
    return g_steal_pointer(&environment);
}

void sp_environment_free(SpEnvironment *environment)
{
    if (environment == NULL)
        return;
    g_free(environment->program);
    g_free(environment->gnupg_home);
    g_free(environment->tmpdir);
    g_free(environment);
}
