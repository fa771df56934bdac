/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folders of one of an image's trees, from its root down. */
#pragma once
#include "record_in.h"

/* Reads the tree a volume descriptor stands for, which lies at `base`: fills volume->rock, or
 * volume->joliet, and claims what it meets. */
void sp_folder_read_tree(SpSectors *in, const guint8 *descriptor, gint64 base, gboolean joliet);
