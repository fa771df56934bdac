/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "cleanup.h"
#include "facts_in.h"
#include "fileio.h"
#include "report.h"

#include <string.h>

typedef struct {
    const char *name;
    GBytes *bytes;
    GPtrArray *facts;
} Side;

static void free_side(Side *side)
{
    g_clear_pointer(&side->bytes, g_bytes_unref);
    g_clear_pointer(&side->facts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Side, free_side)

static gboolean read_side(Side *side, const char *name, GError **error)
{
    autofd int fd = sp_open_path(name, error);
    side->name = name;
    side->facts = fd >= 0 ? sp_facts_read(fd, name, error) : NULL;
    side->bytes = side->facts != NULL ? sp_map_path(name, NULL, error) : NULL;
    return side->bytes != NULL;
}

/* For images in which everything that is read is the same and yet some byte differs. */
static char *where_bytes_differ(const Side *a, const Side *b)
{
    gsize at = 0, same = 0, size = 0, other = 0;
    const void *x = NULL, *y = NULL;
    do {
        at += same;
        size = sp_piece(a->bytes, at, &x);
        other = sp_piece(b->bytes, at, &y);
        for (same = 0; same < MIN(size, other); same++)
            if (((const guint8 *)x)[same] != ((const guint8 *)y)[same])
                break;
    } while (same == size && same == other && same > 0);
    at += same;
    return g_strdup_printf("image: layout: differs from byte %zu, in what no installer reads\n",
                           at);
}

gboolean sp_cmd_diff(const SpRun *run, GError **error)
{
    const GPtrArray *operands = run->options->operands;
    gboolean ignore = run->options->ignore_signatures;
    g_auto(Side) a = {0}, b = {0};
    if (!read_side(&a, operands->pdata[0], error) || !read_side(&b, operands->pdata[1], error))
        return FALSE;
    if (sp_bytes_same(a.bytes, b.bytes))
        return TRUE;
    g_autoptr(GPtrArray) differences = sp_facts_compare(a.facts, b.facts, ignore);
    if (differences->len == 0 && ignore)
        return TRUE;
    g_autofree char *text = differences->len > 0 ? sp_report_diff(differences, a.name, b.name)
                                                 : where_bytes_differ(&a, &b);
    return sp_print(text, error) &&
           sp_throw(error, SP_ERROR_NO, "'%s' and '%s' differ", a.name, b.name);
}
