/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "closure.h"

#include <rpm/rpmds.h>
#include <rpm/rpmtag.h>
#include <string.h>

typedef struct {
    rpmsenseFlags sense; /* 0: no version */
    rpmsenseFlags only;  /* requirements of these senses, if not 0 */
    char *evr;
} Provide;

struct SpClosure {
    GHashTable *provides; /* name -> GArray of Provide; NULL: one without a version, as of a file */
};

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

gboolean sp_capability_is_good(const char *capability)
{
    g_auto(Capability) parsed = parse(capability);
    return parsed.name[0] != '\0' && (parsed.name[0] == '/' || strchr(parsed.name, ' ') == NULL);
}

static void clear_provide(gpointer data)
{
    g_free(((Provide *)data)->evr);
}

static void free_list(gpointer list)
{
    if (list != NULL)
        g_array_unref(list);
}

SpClosure *sp_closure_new(void)
{
    SpClosure *closure = g_new0(SpClosure, 1);
    closure->provides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    return closure;
}

void sp_closure_free(SpClosure *closure)
{
    if (closure == NULL)
        return;
    g_hash_table_unref(closure->provides);
    g_free(closure);
}

static void add(SpClosure *closure, Capability *capability, rpmsenseFlags only)
{
    gpointer list = NULL;
    gboolean known = g_hash_table_lookup_extended(closure->provides, capability->name, NULL, &list);
    if (known && list == NULL)
        return; /* without a version it meets all there is to meet already */
    if (capability->sense == 0) {
        g_hash_table_replace(closure->provides, g_steal_pointer(&capability->name), NULL);
        return;
    }
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof(Provide));
        g_array_set_clear_func(list, clear_provide);
        g_hash_table_insert(closure->provides, g_steal_pointer(&capability->name), list);
    }
    Provide provide = {capability->sense, only, g_steal_pointer(&capability->evr)};
    g_array_append_val((GArray *)list, provide);
}

void sp_closure_provide(SpClosure *closure, const char *capability)
{
    g_auto(Capability) parsed = parse(capability);
    add(closure, &parsed, 0);
}

void sp_closure_promise(SpClosure *closure, const char *requirement)
{
    g_auto(Capability) parsed = parse(requirement);
    rpmsenseFlags only = parsed.sense & (RPMSENSE_LESS | RPMSENSE_GREATER);
    if (parsed.sense != 0)
        parsed.sense = RPMSENSE_EQUAL; /* the bound itself */
    add(closure, &parsed, only);
}

static gboolean meets(const Provide *provide, const Capability *wanted)
{
    if (wanted->sense == 0)
        return TRUE;
    if (provide->only != 0 && (provide->only & wanted->sense) == 0)
        return FALSE;
    rpmds has = rpmdsSingle(RPMTAG_PROVIDENAME, wanted->name, provide->evr, provide->sense);
    rpmds wants = rpmdsSingle(RPMTAG_REQUIRENAME, wanted->name, wanted->evr, wanted->sense);
    gboolean overlap = rpmdsCompare(has, wants) != 0;
    rpmdsFree(has);
    rpmdsFree(wants);
    return overlap;
}

gboolean sp_closure_meets(const SpClosure *closure, const char *requirement)
{
    if (g_str_has_prefix(requirement, "rpmlib("))
        return TRUE;
    g_auto(Capability) wanted = parse(requirement);
    gpointer list = NULL;
    if (!g_hash_table_lookup_extended(closure->provides, wanted.name, NULL, &list))
        return FALSE;
    gboolean met = list == NULL;
    const GArray *provides = list;
    for (guint i = 0; !met && i < provides->len; i++)
        met = meets(&g_array_index(provides, Provide, i), &wanted);
    return met;
}
