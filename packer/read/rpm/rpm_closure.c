/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_closure.h"

#include <rpm/header.h>
#include <rpm/rpmds.h>
#include <rpm/rpmstrpool.h>
#include <rpm/rpmtag.h>
#include <string.h>

#define OUTSIDE G_MAXUINT /* none of the packages: the host */

typedef struct {
    guint package;
    rpmsenseFlags only; /* for requirements of these senses, if not 0 */
    rpmds ds;           /* NULL: one without a version, as of a file */
} Provide;

typedef struct {
    char *name;
    rpmsenseFlags sense;
    char *evr; /* NULL with sense 0 */
} Capability;

static void clear_capability(Capability *capability)
{
    g_free(capability->name);
    g_free(capability->evr);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Capability, clear_capability)

static rpmsenseFlags sense_of(const char *op)
{
    static const struct {
        const char *op;
        rpmsenseFlags sense;
    } ops[] = {{"<", RPMSENSE_LESS},
               {"<=", RPMSENSE_LESS | RPMSENSE_EQUAL},
               {"=", RPMSENSE_EQUAL},
               {">=", RPMSENSE_GREATER | RPMSENSE_EQUAL},
               {">", RPMSENSE_GREATER}};
    for (gsize i = 0; i < G_N_ELEMENTS(ops); i++)
        if (strcmp(op, ops[i].op) == 0)
            return ops[i].sense;
    return 0;
}

/* What is no "name op version" is a name as a whole: a path may have blanks in it. */
static Capability parse(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 4);
    rpmsenseFlags sense = g_strv_length(words) == 3 ? sense_of(words[1]) : 0;
    if (sense == 0)
        return (Capability){g_strdup(text), 0, NULL};
    return (Capability){g_strdup(words[0]), sense, g_strdup(words[2])};
}

struct SpRpmClosure {
    GPtrArray *headers;
    rpmstrPool pool;      /* one for all: librpm's own would be 64 KiB for each of them */
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
    closure->pool = rpmstrPoolCreate();
    closure->provides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    return closure;
}

void sp_rpm_closure_free(SpRpmClosure *closure)
{
    if (closure == NULL)
        return;
    g_ptr_array_unref(closure->headers);
    g_hash_table_unref(closure->provides);
    rpmstrPoolFree(closure->pool);
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
                    (Provide){package, 0,
                              rpmdsSinglePool(closure->pool, RPMTAG_PROVIDENAME, rpmdsN(ds),
                                              rpmdsEVR(ds), rpmdsFlags(ds))});
    rpmdsFree(ds);
}

gboolean sp_rpm_closure_provide(SpRpmClosure *closure, const char *capability)
{
    g_auto(Capability) has = parse(capability);
    if (has.name[0] == '\0' || (has.name[0] != '/' && strchr(has.name, ' ') != NULL))
        return FALSE;
    rpmds ds = has.sense != 0 ? rpmdsSinglePool(closure->pool, RPMTAG_PROVIDENAME, has.name,
                                                has.evr, has.sense)
                              : NULL;
    add_provide(closure, has.name, (Provide){OUTSIDE, 0, ds});
    return TRUE;
}

void sp_rpm_closure_promise(SpRpmClosure *closure, const char *requirement)
{
    g_auto(Capability) bound = parse(requirement);
    rpmds ds = bound.sense != 0 ? rpmdsSinglePool(closure->pool, RPMTAG_PROVIDENAME, bound.name,
                                                  bound.evr, RPMSENSE_EQUAL)
                                : NULL;
    rpmsenseFlags only = bound.sense & (RPMSENSE_LESS | RPMSENSE_GREATER);
    add_provide(closure, bound.name, (Provide){OUTSIDE, only, ds});
}

static gboolean meets(const Provide *provide, rpmds ds)
{
    rpmsenseFlags wanted = rpmdsFlags(ds) & (RPMSENSE_LESS | RPMSENSE_GREATER | RPMSENSE_EQUAL);
    if (provide->ds == NULL || wanted == 0)
        return TRUE;
    return (provide->only == 0 || (provide->only & wanted) != 0) &&
           rpmdsCompare(provide->ds, ds) != 0;
}

static void resolve_one(const SpRpmClosure *closure, SpPackage *package, guint self, rpmds ds,
                        gint64 *steps)
{
    const GArray *list = g_hash_table_lookup(closure->provides, rpmdsN(ds));
    gboolean met = FALSE;
    for (guint i = 0; list != NULL && i<list->len && * steps> 0; i++, (*steps)--) {
        const Provide *provide = &g_array_index(list, Provide, i);
        if (!meets(provide, ds))
            continue;
        met = TRUE;
        if (provide->package != self && provide->package != OUTSIDE)
            g_array_append_val(package->needs, provide->package);
    }
    if (!met)
        g_ptr_array_add(list != NULL ? package->clash : package->open,
                        g_strdup(rpmdsDNEVR(ds) + 2));
}

gboolean sp_rpm_closure_resolve(SpRpmClosure *closure, const GPtrArray *packages, gint64 steps)
{
    for (guint i = 0; i < packages->len; i++) {
        const SpPackage *package = packages->pdata[i];
        GHashTableIter iter;
        gpointer path = NULL;
        g_hash_table_iter_init(&iter, package->paths);
        while (g_hash_table_iter_next(&iter, &path, NULL))
            add_provide(closure, path, (Provide){i, 0, NULL});
    }
    for (guint i = 0; i < packages->len; i++) {
        Header h = closure->headers->pdata[i];
        rpmds ds = h != NULL ? rpmdsNew(h, RPMTAG_REQUIRENAME, 0) : NULL;
        while (ds != NULL && rpmdsNext(ds) >= 0)
            if (!g_str_has_prefix(rpmdsN(ds), "rpmlib("))
                resolve_one(closure, packages->pdata[i], i, ds, &steps);
        rpmdsFree(ds);
    }
    return steps > 0;
}
