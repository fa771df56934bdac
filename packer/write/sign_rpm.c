/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sign_rpm.h"
#include "cleanup.h"
#include "fileio.h"
#include "rpm_signature_out.h"
#include "rpm_slices.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* RFC 4880 6.2. A garbled packet is noticed when the image is read back. */
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

static gboolean write_signed(const char *path, GBytes *front, GBytes *rest, GError **error)
{
    g_autofree char *fresh = g_strconcat(path, ".signed", NULL);
    autofd int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return sp_throw_errno(error, "cannot write '%s'", fresh);
    if (!sp_write_bytes(fd, front, NULL, fresh, error) ||
        !sp_write_bytes(fd, rest, NULL, fresh, error))
        return FALSE;
    if (sp_close_checked(&fd) != 0 || rename(fresh, path) != 0)
        return sp_throw_errno(error, "cannot write '%s'", fresh);
    return TRUE;
}

static gboolean attach(const char *path, GBytes *rpm, GBytes *const armors[2], GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(GBytes) of_header = dearmor(name, armors[0], error);
    g_autoptr(GBytes) of_both = of_header != NULL ? dearmor(name, armors[1], error) : NULL;
    if (of_both == NULL)
        return FALSE;
    GBytes *const packets[2] = {of_header, of_both};
    g_autoptr(GBytes) front = sp_rpm_signed_front(name, rpm, packets, error);
    SpRpmSlices at;
    if (front == NULL || !sp_rpm_slices(name, rpm, &at, error))
        return FALSE;
    g_autoptr(GBytes) rest = g_bytes_new_from_bytes(rpm, at.header, at.end - at.header);
    return write_signed(path, front, rest, error);
}

gboolean sp_rpm_attach(const char *path, GBytes *const armors[2], GError **error)
{
    g_autoptr(GBytes) rpm = sp_map_path(path, NULL, error);
    return rpm != NULL && attach(path, rpm, armors, error);
}

gboolean sp_rpm_signed_parts(const char *name, GBytes *rpm, GBytes *parts[2], GError **error)
{
    SpRpmSlices at;
    if (!sp_rpm_slices(name, rpm, &at, error))
        return FALSE;
    parts[0] = g_bytes_new_from_bytes(rpm, at.header, at.payload - at.header);
    parts[1] = g_bytes_new_from_bytes(rpm, at.header, at.end - at.header);
    return TRUE;
}

gboolean sp_rpm_sign(const char *path, SpSigner *signer, GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(GBytes) rpm = sp_map_path(path, NULL, error);
    GBytes *parts[2] = {NULL, NULL}, *armors[2] = {NULL, NULL};
    gboolean good = rpm != NULL && sp_rpm_signed_parts(name, rpm, parts, error);
    for (gsize i = 0; i < 2 && good; i++) {
        armors[i] = sp_signer_sign(signer, name, parts[i], error);
        good = armors[i] != NULL;
    }
    good = good && attach(path, rpm, armors, error);
    for (gsize i = 0; i < 2; i++) {
        g_clear_pointer(&parts[i], g_bytes_unref);
        g_clear_pointer(&armors[i], g_bytes_unref);
    }
    return good;
}
