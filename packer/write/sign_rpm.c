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

/* Header-only and header-and-payload: rpm 4.11's own rpmsign makes both, and so must we for its
 * `rpm -K` and yum to find what they are used to. */
static gboolean run(const char *path, const char *key, GError **error)
{
    struct rpmSignArgs args = {.keyid = (char *)key, .signflags = RPMSIGN_FLAG_RPMV3};
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
    return run(path, key, error);
}

/* In the place of gpg: takes the bytes librpm wants signed, and gives the signature of just those.
 */
static const char giver[] =
    "cat \"$1\" >\"$3/asked\" || exit 1\n"
    "for part in 0 1; do\n"
    "    cmp -s \"$3/asked\" \"$3/$part\" && exec cp \"$3/$part.sig\" \"$2\"\n"
    "done\n"
    "exit 1\n";

static gboolean lay(const SpScratch *scratch, const char *dir, const char *name, GBytes *content,
                    GError **error)
{
    g_autofree char *inside = g_build_filename(dir, name, NULL);
    g_autofree char *path = sp_scratch_file(scratch, inside, content, error);
    return path != NULL;
}

/* RFC 4880 6.2; librpm takes off the armor of keys only. A garbled packet is noticed by librpm, and
 * by the image being read back. */
static GBytes *dearmor(const char *name, GBytes *armor, GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(armor, &size);
    g_autofree char *text = g_strndup(data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) base64 = g_string_new(NULL);
    gboolean inside = FALSE, body = FALSE;
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *line = g_strstrip(lines[i]);
        if (strcmp(line, "-----BEGIN PGP SIGNATURE-----") == 0)
            inside = TRUE;
        else if (inside && !body)
            body = line[0] == '\0'; /* behind the armor's headers */
        else if (inside && (line[0] == '=' || line[0] == '-'))
            break;
        else if (inside)
            g_string_append(base64, line);
    }
    gsize length = 0;
    g_autofree guchar *packet = g_base64_decode(base64->str, &length);
    if (length > 0)
        return g_bytes_new_take(g_steal_pointer(&packet), length);
    sp_throw(error, SP_ERROR_KEY, "cannot sign '%s': a file has no ASCII-armored signature in it",
             name);
    return NULL;
}

static gboolean lay_parts(const SpScratch *scratch, const char *dir, const char *rpm,
                          GBytes *const bytes[2], GBytes *const armors[2], GError **error)
{
    g_autoptr(GBytes) script = g_bytes_new_static(giver, sizeof(giver) - 1);
    for (int i = 0; i < 2; i++) {
        const char name[] = {(char)('0' + i), '\0'},
                   signature[] = {name[0], '.', 's', 'i', 'g', '\0'};
        g_autoptr(GBytes) packet = dearmor(rpm, armors[i], error);
        if (packet == NULL || !lay(scratch, dir, name, bytes[i], error) ||
            !lay(scratch, dir, signature, packet, error))
            return FALSE;
    }
    return lay(scratch, dir, "give.sh", script, error);
}

gboolean sp_rpm_attach(const char *path, const SpScratch *scratch, GBytes *const bytes[2],
                       GBytes *const armors[2], GError **error)
{
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *dir = g_strconcat("attach-", base, NULL);
    g_autofree char *full = sp_scratch_dir(scratch, dir, error);
    if (full == NULL || !lay_parts(scratch, dir, base, bytes, armors, error))
        return FALSE;
    g_autofree char *command =
        g_strdup_printf("/bin/sh sh %%{shescape:%s/give.sh} %%{shescape:%%{__plaintext_filename}} "
                        "%%{shescape:%%{__signature_filename}} %%{shescape:%s}",
                        full, full);
    define("__gpg_sign_cmd", command);
    gboolean good = run(path, "outside", error);
    (void)rpmPopMacro(NULL, "__gpg_sign_cmd");
    return good;
}
