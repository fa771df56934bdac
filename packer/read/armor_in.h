/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ASCII armor, read strictly (RFC 4880 section 6): gpg forgives what yum's and rpm's own readers do
 * not, and what is forgiven could be changed unnoticed. */
#pragma once
#include <glib.h>

/* NULL when `text` is exactly one armor of that kind ("PGP SIGNATURE") with a right checksum, else
 * a static sentence that says what is wrong. */
const char *sp_armor_check(GBytes *text, const char *kind);
