/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* pipe2 */
#include "children.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* gpg, which may be the work, asks one agent, whose locked memory does not grow with processors. */
#define SIDE_BY_SIDE_MAX 4

/* Of all the processes: memory that they share. */
typedef struct {
    gint next; /* the first piece that nobody has taken */
    gint failed;
} Queue;

typedef struct {
    SpChildWork work;
    gpointer const *data;
    guint count;
    Queue *queue;
} Share;

typedef struct {
    pid_t pid;
    int from; /* what it says went wrong: Report, and the message */
} Child;

typedef struct {
    guint32 piece;
    guint32 code;
} Report;

/* Pieces are taken in order, so none before one that failed is left out. The piece that failed, or
 * `count`. */
static guint take_pieces(const Share *share, GError **error)
{
    while (!g_atomic_int_get(&share->queue->failed)) {
        guint piece = (guint)g_atomic_int_add(&share->queue->next, 1);
        if (piece >= share->count)
            break;
        if (share->work(share->data[piece], error))
            continue;
        g_atomic_int_set(&share->queue->failed, TRUE);
        return piece;
    }
    return share->count;
}

static void work_and_exit(const Share *share, pid_t parent, int to)
{
    g_autoptr(GError) error = NULL;
    /* Nobody wants what is done here once the parent is gone, however it went. */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
        _exit(SP_ERROR_SYSTEM);
    Report report = {.piece = take_pieces(share, &error)};
    if (error == NULL)
        _exit(0);
    report.code = (guint32)error->code;
    gboolean told = sp_write_all(to, &report, sizeof(report), "a pipe", NULL) &&
                    sp_write_all(to, error->message, strlen(error->message), "a pipe", NULL);
    _exit(told ? error->code : SP_ERROR_SYSTEM);
}

static gboolean start(const Share *share, Child *child)
{
    int ends[2] = {-1, -1};
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) != 0)
        return FALSE;
    child->pid = fork();
    if (child->pid == 0)
        work_and_exit(share, parent, ends[1]);
    child->from = ends[0];
    sp_close_quietly(&ends[1]);
    if (child->pid < 0)
        sp_close_quietly(&child->from);
    return child->pid > 0;
}

/* 0, and said so, of one that died. */
static guint finish(Child *child, guint count, GError **error)
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
        return count;
    Report report = {0};
    if (said->len > sizeof(report)) {
        memcpy(&report, said->str, sizeof(report));
        /* As it was made there, with its hint. */
        g_set_error_literal(error, SP_ERROR, (gint)report.code, said->str + sizeof(report));
    } else {
        sp_throw(error, SP_ERROR_SYSTEM, "a child process died (status %d)", status);
    }
    return report.piece;
}

static void keep_first(guint piece, GError *error, guint *first, GError **kept)
{
    if (piece < *first) {
        g_clear_error(kept);
        *kept = error;
        *first = piece;
    } else {
        g_clear_error(&error);
    }
}

static gboolean run(const Share *share, guint others, GError **error)
{
    g_autofree Child *children = g_new0(Child, others);
    GError *kept = NULL;
    guint first = share->count, started = 0;
    /* As many as can be had: what there is to do does not depend on it. */
    while (started < others && start(share, &children[started]))
        started++;
    GError *own = NULL;
    guint piece = take_pieces(share, &own);
    keep_first(piece, own, &first, &kept);
    for (guint i = 0; i < started; i++) {
        GError *theirs = NULL;
        guint their_piece = finish(&children[i], share->count, &theirs);
        keep_first(their_piece, theirs, &first, &kept);
        sp_close_quietly(&children[i].from);
    }
    if (kept == NULL)
        return TRUE;
    g_propagate_error(error, kept);
    return FALSE;
}

gboolean sp_children_run(SpChildWork work, gpointer const *data, guint count, GError **error)
{
    Queue *queue =
        mmap(NULL, sizeof(*queue), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (queue == MAP_FAILED)
        return sp_throw_errno(error, "no memory to share with child processes");
    const Share share = {work, data, count, queue};
    guint side_by_side = MIN(CLAMP(g_get_num_processors(), 2, SIDE_BY_SIDE_MAX), MAX(count, 1));
    gboolean good = run(&share, side_by_side - 1, error);
    (void)munmap(queue, sizeof(*queue));
    return good;
}
