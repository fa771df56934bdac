/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of the packer: a GError whose code is the exit status of the program.
 * Every helper returns FALSE, so that a failure is one line: `return sp_throw(error, ...)`.
 * A message is lower case, quotes its subject and puts the cause last; a second line that starts
 * with "hint: " is the only other line it may have: what is put into a message is
 * escaped, so that no name can add one. */
#pragma once
#include <glib.h>

typedef enum {
    SP_ERROR_NO = 1,     /* differences or findings */
    SP_ERROR_USAGE = 2,  /* the command line or the environment is wrong */
    SP_ERROR_INPUT = 3,  /* what we were given to read is wrong */
    SP_ERROR_SYSTEM = 4, /* the system or I/O failed */
    SP_ERROR_KEY = 5,    /* a key or a signature could not be made */
} SpErrorCode;

#define SP_ERROR (sp_error_quark())
GQuark sp_error_quark(void);

#define SP_MUST_CHECK G_GNUC_WARN_UNUSED_RESULT

/* Sets *error; always FALSE. */
gboolean sp_throw(GError **error, SpErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The same, SP_ERROR_SYSTEM, with ": <strerror(errno)>" appended. */
gboolean sp_throw_errno(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Puts "<text>: " in front of an error that is set; always FALSE. */
gboolean sp_prefix(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Appends the hint line to an error that is set, unless it has one; always FALSE. */
gboolean sp_hint(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Moves a foreign error (GLib's, libcreaterepo_c's) into our domain under "<text>: "; always FALSE.
 */
gboolean sp_adopt(GError **error, GError *foreign, SpErrorCode code, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
