/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entry a vendor gives for StorageLink's device identification file, in place of one that is
 * learnt on the server. */
#pragma once
#include "error.h"

/* It must be one XML element, ASCII, and hold vendor and product as a whole value (of an attribute,
 * or text) once each; SP_ERROR_INPUT says what it is not. */
gboolean sp_entry_check(const char *name, GBytes *text, const char *vendor, const char *product,
                        GError **error) SP_MUST_CHECK;
