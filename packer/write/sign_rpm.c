/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sign_rpm.h"
#include "hush.h"

#include <rpm/rpmmacro.h>
#include <rpm/rpmsign.h>
#include <string.h>

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
    SpHush hush = sp_hush_begin();
    int rc = rpmPkgSign(path, &args);
    g_autofree char *words = sp_hush_end(&hush);
    if (rc == 0)
        return TRUE;
    g_autofree char *name = g_path_get_basename(path);
    /* rpm says the path of what it signs before gpg says what is wrong. */
    const char *cause = g_str_has_prefix(words, path) ? words + strlen(path) + 1 : words;
    cause += strspn(cause, " ");
    return sp_throw(error, SP_ERROR_KEY, "cannot sign '%s': %s", name,
                    cause[0] != '\0' ? cause : "gpg gave no reason");
}
