/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts a classic pack may meet, by what it requires of `main` (packs.md A.3, A.6). */
#pragma once
#include "classic.h"

/* FALSE: no release the requirements let it onto is one of those. */
typedef struct {
    gboolean el5;    /* 6.5 or earlier: rpm 4.4 */
    gboolean i386;   /* 6.2 or earlier */
    gboolean x86_64; /* 6.5 or 7.0 */
} SpClassicTargets;

SpClassicTargets sp_classic_targets(const SpClassic *classic);
