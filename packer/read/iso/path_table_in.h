/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path tables of a volume, which list its folders once more: compared with the folders that
 * were met (ECMA-119 6.9, 9.4). */
#pragma once
#include "sector_in.h"

typedef struct SpPathTable SpPathTable;

SpPathTable *sp_path_table_new(void);
void sp_path_table_free(SpPathTable *table);
/* A folder as its directory record names it; FALSE when one starts there already. */
gboolean sp_path_table_add(SpPathTable *table, guint32 extent, guint32 parent, const guint8 *id,
                           gsize id_length);
/* Says where the tables of a volume descriptor, which lies at `base`, have it otherwise. */
void sp_path_table_check(const SpPathTable *table, SpSectors *in, const guint8 *descriptor,
                         gint64 base);
