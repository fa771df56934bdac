/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_closure.h"

#include <rpm/header.h>
#include <rpm/rpmds.h>
#include <rpm/rpmtag.h>

typedef struct {
    guint package;
    rpmds ds; /* NULL: a file, which has no version */
} Provide;

struct SpRpmClosure {
    GPtrArray *headers;
    GHashTable *provides; /* name -> GArray of Provide */
};

static void clear_provide(gpointer data)
{
    Provide *provide = data;
    rpmdsFree(provide->ds);
}

static void free_list(gpointer list)
{
    g_array_unref(list);
}

static void free_header(gpointer h)
{
    headerFree(h);
}

SpRpmClosure *sp_rpm_closure_new(void)
{
    SpRpmClosure *closure = g_new0(SpRpmClosure, 1);
    closure->headers = g_ptr_array_new_with_free_func(free_header);
    closure->provides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    return closure;
}

void sp_rpm_closure_free(SpRpmClosure *closure)
{
    if (closure == NULL)
        return;
    g_ptr_array_unref(closure->headers);
    g_hash_table_unref(closure->provides);
    g_free(closure);
}

static void add_provide(SpRpmClosure *closure, const char *name, Provide provide)
{
    GArray *list = g_hash_table_lookup(closure->provides, name);
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof(Provide));
        g_array_set_clear_func(list, clear_provide);
        g_hash_table_insert(closure->provides, g_strdup(name), list);
    }
    g_array_append_val(list, provide);
}

void sp_rpm_closure_add(SpRpmClosure *closure, Header h)
{
    guint package = closure->headers->len;
    g_ptr_array_add(closure->headers, h != NULL ? headerLink(h) : NULL);
    if (h == NULL)
        return;
    rpmds ds = rpmdsNew(h, RPMTAG_PROVIDENAME, 0);
    while (rpmdsNext(ds) >= 0)
        add_provide(closure, rpmdsN(ds),
                    (Provide){package, rpmdsSingle(RPMTAG_PROVIDENAME, rpmdsN(ds), rpmdsEVR(ds),
                                                   rpmdsFlags(ds))});
    rpmdsFree(ds);
}

static void resolve_one(const SpRpmClosure *closure, SpPackage *package, guint self, rpmds ds)
{
    const GArray *list = g_hash_table_lookup(closure->provides, rpmdsN(ds));
    gboolean met = FALSE;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const Provide *provide = &g_array_index(list, Provide, i);
        if (provide->ds != NULL && rpmdsCompare(provide->ds, ds) == 0)
            continue;
        met = TRUE;
        if (provide->package != self)
            g_array_append_val(package->needs, provide->package);
    }
    if (!met)
        g_ptr_array_add(list != NULL ? package->clash : package->open,
                        g_strdup(rpmdsDNEVR(ds) + 2));
}

void sp_rpm_closure_resolve(SpRpmClosure *closure, const GPtrArray *packages)
{
    for (guint i = 0; i < packages->len; i++) {
        const SpPackage *package = packages->pdata[i];
        GHashTableIter iter;
        gpointer path = NULL;
        g_hash_table_iter_init(&iter, package->paths);
        while (g_hash_table_iter_next(&iter, &path, NULL))
            add_provide(closure, path, (Provide){i, NULL});
    }
    for (guint i = 0; i < packages->len; i++) {
        Header h = closure->headers->pdata[i];
        rpmds ds = h != NULL ? rpmdsNew(h, RPMTAG_REQUIRENAME, 0) : NULL;
        while (ds != NULL && rpmdsNext(ds) >= 0)
            if (!g_str_has_prefix(rpmdsN(ds), "rpmlib("))
                resolve_one(closure, packages->pdata[i], i, ds);
        rpmdsFree(ds);
    }
}
