/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signing.h"
#include "grammar.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PASSPHRASE_MAX 1024
#define KEY_NAME_START "RPM-GPG-KEY-"

static gboolean fd_of(const char *text, int *fd, GError **error)
{
    guint64 value = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT, &value, NULL))
        return sp_throw(error, SP_ERROR_USAGE,
                        "--passphrase-fd '%s' is not the number of a file descriptor", text);
    *fd = (int)value;
    return TRUE;
}

char *sp_passphrase_read(const SpRun *run, GError **error)
{
    int fd = -1;
    char line[PASSPHRASE_MAX + 1] = "";
    gsize length = 0;
    ssize_t got = 1;
    if (run->options->passphrase_fd == NULL || !fd_of(run->options->passphrase_fd, &fd, error))
        return NULL;
    while (got > 0 && length < PASSPHRASE_MAX && memchr(line, '\n', length) == NULL) {
        got = read(fd, line + length, PASSPHRASE_MAX - length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            length += (gsize)got;
    }
    char *passphrase = NULL;
    line[strcspn(line, "\n")] = '\0';
    if (got < 0)
        sp_throw_errno(error, "cannot read --passphrase-fd %d", fd);
    else if (length == PASSPHRASE_MAX || line[0] == '\0')
        sp_throw(error, SP_ERROR_USAGE, "--passphrase-fd %d gives %s", fd,
                 line[0] == '\0' ? "no passphrase" : "a line that is too long");
    else
        passphrase = g_strdup(line);
    explicit_bzero(line, sizeof(line));
    return passphrase;
}

void sp_passphrase_free(char *passphrase)
{
    if (passphrase != NULL)
        explicit_bzero(passphrase, strlen(passphrase));
    g_free(passphrase);
}

gboolean sp_key_name_check(const char *name, GError **error)
{
    const char *must = sp_grammar_key_file(name);
    if (must != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--key-name '%s' %s", name, must);
    if (!g_str_has_prefix(name, KEY_NAME_START))
        return sp_throw(error, SP_ERROR_USAGE,
                        "--key-name '%s' does not begin with " KEY_NAME_START, name);
    return TRUE;
}

SpSigner *sp_signing_open(const SpRun *run, const char *key, GError **error)
{
    const SpEnvironment *environment = run->environment;
    char *passphrase = sp_passphrase_read(run, error);
    if (passphrase == NULL && run->options->passphrase_fd != NULL)
        return NULL;
    SpSigner *signer = sp_signer_new(environment->gnupg_home, key, environment->now, error);
    if (signer != NULL && passphrase != NULL)
        sp_signer_use_passphrase(signer, passphrase);
    sp_passphrase_free(passphrase);
    return signer;
}
