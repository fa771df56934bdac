/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* pipe2 */
#include "children.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

typedef struct {
    pid_t pid; /* 0: was not started */
    int from;  /* what it says went wrong: the code, one byte, and the message */
} Child;

static void work_and_exit(SpChildWork work, gpointer data, int to)
{
    g_autoptr(GError) error = NULL;
    if (work(data, &error))
        _exit(0);
    guint8 code = (guint8)error->code;
    gboolean told = sp_write_all(to, &code, 1, "a pipe", NULL) &&
                    sp_write_all(to, error->message, strlen(error->message), "a pipe", NULL);
    _exit(told ? error->code : SP_ERROR_SYSTEM);
}

static gboolean start(SpChildWork work, gpointer data, Child *child, GError **error)
{
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return sp_throw_errno(error, "cannot start a child process");
    child->pid = fork();
    if (child->pid == 0)
        work_and_exit(work, data, ends[1]);
    gboolean good = child->pid > 0 || sp_throw_errno(error, "cannot start a child process");
    child->pid = good ? child->pid : 0;
    child->from = ends[0];
    sp_close_quietly(&ends[1]);
    return good;
}

static gboolean finish(Child *child, GError **error)
{
    g_autoptr(GString) said = g_string_new(NULL);
    char chunk[4096];
    for (ssize_t n = 1; n != 0;) {
        n = read(child->from, chunk, sizeof(chunk));
        if (n < 0 && errno != EINTR)
            break;
        g_string_append_len(said, chunk, MAX(n, 0));
    }
    int status = 0;
    pid_t ended = 0;
    do
        ended = waitpid(child->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended == child->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TRUE;
    if (said->len > 1)
        return sp_throw(error, (SpErrorCode)said->str[0], "%s", said->str + 1);
    return sp_throw(error, SP_ERROR_SYSTEM, "a child process died (status %d)", status);
}

gboolean sp_children_run(SpChildWork work, gpointer const *data, guint count, GError **error)
{
    g_autofree Child *children = g_new0(Child, count);
    GError *first = NULL;
    gboolean started = TRUE;
    for (guint i = 1; i < count; i++) {
        children[i].from = -1;
        started = started && start(work, data[i], &children[i], &first);
    }
    if (started && count > 0)
        (void)work(data[0], &first);
    for (guint i = 1; i < count; i++) {
        if (children[i].pid != 0)
            (void)finish(&children[i], first == NULL ? &first : NULL);
        sp_close_quietly(&children[i].from);
    }
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, first);
    return FALSE;
}
