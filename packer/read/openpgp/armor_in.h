/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ASCII armor, read strictly (RFC 4880 section 6): gpg forgives what yum's and rpm's own readers do
 * not, and what is forgiven could be changed unnoticed. */
#pragma once
#include <glib.h>

/* NULL when `text` is exactly one armor of that kind ("PGP SIGNATURE") with a right checksum, and
 * *packets (the caller's) is what is in it; else a static sentence that says what is wrong. */
const char *sp_armor_open(GBytes *text, const char *kind, GBytes **packets);

typedef enum { SP_ARMOR_SIGNATURE, SP_ARMOR_KEY } SpArmorKind;

/* The same, and only what gpg may be asked about is in it (key_packets.h). */
const char *sp_armor_check(GBytes *text, SpArmorKind kind);
