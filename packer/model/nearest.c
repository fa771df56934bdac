/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nearest.h"

#include <string.h>

#define WORD_MAX 64

/* Optimal string alignment: three rows of the usual table are enough. */
static guint distance_of(const char *a, const char *b)
{
    guint rows[3][WORD_MAX + 1];
    gsize width = strlen(b);
    for (gsize k = 0; k <= width; k++)
        rows[0][k] = (guint)k;
    gsize i = 0;
    for (; a[i] != '\0'; i++) {
        const guint *above = rows[i % 3], *two_above = rows[(i + 2) % 3];
        guint *row = rows[(i + 1) % 3];
        row[0] = (guint)i + 1;
        for (gsize k = 0; k < width; k++) {
            char x = g_ascii_tolower(a[i]), y = g_ascii_tolower(b[k]);
            row[k + 1] = MIN(MIN(above[k + 1], row[k]) + 1, above[k] + (x == y ? 0 : 1));
            gboolean swapped =
                i > 0 && k > 0 && x == g_ascii_tolower(b[k - 1]) && y == g_ascii_tolower(a[i - 1]);
            if (swapped)
                row[k + 1] = MIN(row[k + 1], two_above[k - 1] + 1);
        }
    }
    return rows[i % 3][width];
}

void sp_nearest_offer(SpNearest *nearest, const char *candidate)
{
    gsize length = strlen(nearest->word);
    if (length > WORD_MAX || strlen(candidate) > WORD_MAX)
        return;
    guint found = distance_of(nearest->word, candidate);
    if (found > MAX(1, length / 3) || (nearest->best != NULL && found >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = found;
}

char *sp_nearest_question(const SpNearest *nearest)
{
    return nearest->best != NULL ? g_strdup_printf(", did you mean '%s'?", nearest->best)
                                 : g_strdup("");
}
