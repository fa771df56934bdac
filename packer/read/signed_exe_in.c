/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signed_exe_in.h"
#include "sector_in.h"

#include <string.h>

/* Offsets of PE/COFF: in the DOS header, then behind the signature "PE\0\0" and the COFF header. */
#define AT_HEADER   0x3c
#define OPTIONAL    24
#define CHECKSUM    64
#define CERTIFICATE (96 + 4 * 8) /* PE32; an offset in the file, and a size */
#define SHORTEST    (OPTIONAL + CERTIFICATE + 8)

/* The same but for these bytes. */
static gboolean same_but(const guint8 *a, const guint8 *b, gsize size, gsize checksum, gsize entry)
{
    return memcmp(a, b, checksum) == 0 &&
           memcmp(a + checksum + 4, b + checksum + 4, entry - checksum - 4) == 0 &&
           memcmp(a + entry + 8, b + entry + 8, size - entry - 8) == 0;
}

gboolean sp_signed_exe_check(const char *name, GBytes *given, GBytes *ours, GError **error)
{
    gsize size = 0, plain = 0;
    const guint8 *a = g_bytes_get_data(given, &size), *b = g_bytes_get_data(ours, &plain);
    gsize header = plain > SHORTEST ? sp_le32(b + AT_HEADER) : plain;
    if (header > plain - MIN(plain, SHORTEST))
        return sp_throw(error, SP_ERROR_SYSTEM, "storagelink-hook.exe of suppack is no program");
    gsize entry = header + OPTIONAL + CERTIFICATE, table = (plain + 7) & ~(gsize)7;
    if (size < plain || !same_but(a, b, plain, header + OPTIONAL + CHECKSUM, entry))
        return sp_throw(error, SP_ERROR_INPUT,
                        "program '%s' is not the storagelink-hook.exe of this suppack with a "
                        "signature; sign that of /usr/libexec/suppack, each time suppack is "
                        "upgraded",
                        name);
    if (size <= table || sp_le32(a + entry) != table || sp_le32(a + entry + 4) != size - table)
        return sp_throw(error, SP_ERROR_INPUT,
                        "program '%s' has no Authenticode signature at its end", name);
    return TRUE;
}
