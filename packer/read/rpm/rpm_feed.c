/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* pipe2, F_GETPIPE_SZ */
#include "rpm_feed.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <rpm/rpmio.h>
#include <rpm/rpmlog.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void pour(SpRpmFeed *feed)
{
    const void *data = NULL;
    gsize at = 0;
    gboolean wanted = TRUE;
    for (gsize n; wanted && (n = sp_piece(feed->rpm, at, &data)) > 0; at += n)
        wanted = sp_write_all(feed->to, data, n, "a pipe", NULL);
    sp_close_quietly(&feed->to);
}

static gpointer pour_beside(gpointer feed)
{
    sigset_t pipe_signal;
    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE); /* librpm may have read enough */
    (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
    pour(feed);
    return NULL;
}

gboolean sp_rpm_feed_begin(SpRpmFeed *feed, GBytes *rpm, const char *name, GError **error)
{
    int ends[2] = {-1, -1};
    *feed = (SpRpmFeed){.rpm = rpm, .to = -1};
    if (pipe2(ends, O_CLOEXEC) == 0) {
        feed->to = ends[1];
        feed->fd = fdDup(ends[0]);
        sp_close_quietly(&ends[0]);
    }
    gboolean fits =
        feed->fd != NULL && g_bytes_get_size(rpm) <= (gsize)MAX(fcntl(feed->to, F_GETPIPE_SZ), 0);
    if (fits)
        pour(feed);
    else if (feed->fd != NULL)
        feed->thread = g_thread_try_new("rpm", pour_beside, feed, NULL);
    return fits || feed->thread != NULL ||
           sp_throw(error, SP_ERROR_SYSTEM, "cannot read '%s': no pipe or thread is available",
                    name);
}

void sp_rpm_feed_end(SpRpmFeed *feed)
{
    if (feed->fd != NULL)
        (void)Fclose(feed->fd);
    if (feed->thread != NULL)
        (void)g_thread_join(feed->thread);
    sp_close_quietly(&feed->to);
    /* What was mapped last, where librpm had read enough. */
    gsize size = 0;
    const void *data = g_bytes_get_data(feed->rpm, &size);
    sp_map_forget(data, size);
}

static GPrivate present; /* the GString of this thread */

static int capture(rpmlogRec rec, rpmlogCallbackData data)
{
    (void)data;
    GString *words = g_private_get(&present);
    if (words != NULL)
        g_string_append(words, rpmlogRecMessage(rec));
    return 0;
}

void sp_rpm_words_catch(void)
{
    rpmlogSetCallback(capture, NULL);
}

void sp_rpm_words_release(void)
{
    rpmlogSetCallback(NULL, NULL);
}

GString *sp_rpm_words_begin(void)
{
    GString *words = g_string_new(NULL);
    g_private_set(&present, words);
    return words;
}

char *sp_rpm_words_end(const GString *words)
{
    g_private_set(&present, NULL);
    g_autofree char *flat = g_strdelimit(g_strdup(words->str), "\n", ' ');
    g_strstrip(flat);
    const char *end = g_str_has_prefix(flat, "[pipe:[") ? strstr(flat, "]: ") : NULL;
    const char *reason = end != NULL ? end + 3 : flat; /* what it calls the feed helps nobody */
    return g_strdup(reason[0] != '\0' ? reason : "librpm gave no reason");
}
