/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commit_time.h"
#include "epoch.h"

/* What git prints; NULL when it fails. It finds the repository from the folder, and nothing else.
 */
static char *ask(const char *folder, const char *const words[4])
{
    const char *argv[] = {"git", "-C", folder, words[0], words[1], words[2], words[3], NULL};
    g_auto(GStrv) environment = g_get_environ();
    environment = g_environ_unsetenv(environment, "GIT_DIR");
    environment = g_environ_unsetenv(environment, "GIT_WORK_TREE");
    g_autofree char *said = NULL;
    int status = 0;
    gboolean ran = g_spawn_sync(NULL, (char **)argv, environment,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &said,
                                NULL, &status, NULL);
    return ran && status == 0 ? g_steal_pointer(&said) : NULL;
}

gint64 sp_commit_time(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
    const char *const known[4] = {"ls-files", "--error-unmatch", "--", name};
    const char *const when[4] = {"log", "-1", "--format=%ct", "HEAD"};
    g_autofree char *found = ask(folder, known);
    g_autofree char *said = found != NULL ? ask(folder, when) : NULL;
    gint64 epoch = -1;
    if (said == NULL || !sp_epoch_parse(g_strstrip(said), &epoch, NULL))
        return -1;
    return epoch;
}
