/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "did you mean": of the words that are offered, the one nearest to what somebody wrote. Letters
 * added, left out, replaced or swapped with their neighbour count one each; case does not. Pure. */
#pragma once
#include <glib.h>

typedef struct {
    const char *word; /* as it was written */
    const char *best; /* NULL while nothing is near enough */
    guint distance;   /* of best */
} SpNearest;

/* `candidate` must outlive the search. */
void sp_nearest_offer(SpNearest *nearest, const char *candidate);
/* ", did you mean 'x'?", or "" when nothing is near; the caller frees. */
char *sp_nearest_question(const SpNearest *nearest);
