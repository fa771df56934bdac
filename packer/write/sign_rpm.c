/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "sign_rpm.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmsign.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* gpg is a child of rpm's and writes to our stderr, rpm itself writes the path to stdout; both go
 * into memory meanwhile. */
typedef struct {
    int saved[2];
    int memory;
} Hushed;

static const int streams[2] = {STDOUT_FILENO, STDERR_FILENO};

static Hushed hush(void)
{
    (void)fflush(stdout);
    Hushed hushed = {.memory = memfd_create("said", MFD_CLOEXEC)};
    for (int i = 0; i < 2; i++) {
        hushed.saved[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3);
        if (hushed.saved[i] >= 0 && hushed.memory >= 0)
            (void)dup2(hushed.memory, streams[i]);
    }
    return hushed;
}

/* Gives the streams back and returns what was said, on one line, without rpm's path. */
static char *unhush(Hushed *hushed, const char *path)
{
    (void)fflush(stdout);
    for (int i = 0; i < 2; i++) {
        if (hushed->saved[i] >= 0 && hushed->memory >= 0)
            (void)dup2(hushed->saved[i], streams[i]);
        sp_close_quietly(&hushed->saved[i]);
    }
    char text[1024];
    ssize_t n = hushed->memory >= 0 ? pread(hushed->memory, text, sizeof(text) - 1, 0) : 0;
    text[n > 0 ? n : 0] = '\0';
    sp_close_quietly(&hushed->memory);
    g_autofree char *prefix = g_strdup_printf("%s:\n", path);
    char *at = strstr(text, prefix);
    if (at != NULL)
        memmove(at, at + strlen(prefix), strlen(at + strlen(prefix)) + 1);
    return g_strstrip(g_strdelimit(g_strdup(text), "\n", ' '));
}

static void define(const char *name, const char *value)
{
    g_autofree char *macro = g_strdup_printf("%s %s", name, value);
    (void)rpmDefineMacro(NULL, macro, RMIL_CMDLINE);
}

gboolean sp_rpm_sign(const char *path, const char *home, const char *fingerprint, GError **error)
{
    if (strpbrk(home, "%\n") != NULL)
        return sp_throw(error, SP_ERROR_KEY, "GNUPGHOME '%s' has a character rpm cannot take",
                        home);
    /* Debian's rpm names gpg2, which Debian does not have. */
    define("__gpg", "/usr/bin/gpg");
    define("_gpg_path", home);
    define("_gpg_digest_algo", "sha256");
    /* '!' pins the primary key: rpm 4.11 does not know subkeys (packs.md B.6). */
    g_autofree char *key = g_strdup_printf("%s!", fingerprint);
    /* Header-only and header-and-payload: rpm 4.11's own rpmsign makes both, and so must we for its
     * `rpm -K` and yum to find what they are used to. */
    struct rpmSignArgs args = {.keyid = key, .signflags = RPMSIGN_FLAG_RPMV3};
    Hushed hushed = hush();
    int rc = rpmPkgSign(path, &args);
    g_autofree char *words = unhush(&hushed, path);
    if (rc == 0)
        return TRUE;
    g_autofree char *name = g_path_get_basename(path);
    return sp_throw(error, SP_ERROR_KEY, "cannot sign '%s': %s", name,
                    words[0] != '\0' ? words : "gpg gave no reason");
}
