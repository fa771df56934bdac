/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fact.h"
#include "finding.h"

#include <string.h>

#define LEAD_IN 16 /* characters shown before the first that differs */

typedef struct {
    GHashTable *by_name;  /* "subject\nname\ncount" -> SpFact */
    GHashTable *subjects; /* in it */
    GPtrArray *keys;      /* of by_name, in order */
} Index;

typedef struct {
    const Index *a, *b;
    GHashTable *different; /* subjects some difference was found in */
    GPtrArray *out;
} Compare;

static void free_fact(gpointer data)
{
    SpFact *fact = data;
    g_free(fact->subject);
    g_free(fact->name);
    g_free(fact->value);
    g_free(fact);
}

static void free_difference(gpointer data)
{
    SpDifference *difference = data;
    g_free(difference->subject);
    g_free(difference->name);
    g_free(difference->a);
    g_free(difference->b);
    g_free(difference);
}

GPtrArray *sp_facts_new(void)
{
    return g_ptr_array_new_with_free_func(free_fact);
}

gsize sp_facts_add(GPtrArray *facts, SpFactKind kind, const char *subject, const char *name,
                   const char *value)
{
    SpFact *fact = g_new0(SpFact, 1);
    fact->kind = kind;
    fact->subject = g_strdup(subject);
    fact->name = g_strdup(name);
    fact->value = g_strdup(value);
    g_ptr_array_add(facts, fact);
    return 2 * (strlen(subject) + strlen(name)) + strlen(value) + 320;
}

static void index_facts(Index *index, const GPtrArray *facts, gboolean ignore)
{
    index->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    index->subjects = g_hash_table_new(g_str_hash, g_str_equal);
    index->keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < facts->len; i++) {
        SpFact *fact = facts->pdata[i];
        if (ignore && fact->kind == SP_FACT_SIGNATURE)
            continue;
        /* The second of a name is compared with the second of the other image. */
        char *name = g_strdup_printf("%s\n%s", fact->subject, fact->name);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(seen, name));
        char *key = g_strdup_printf("%s\n%u", name, count);
        g_hash_table_insert(seen, name, GUINT_TO_POINTER(count + 1));
        g_ptr_array_add(index->keys, key);
        g_hash_table_insert(index->by_name, key, fact);
        g_hash_table_add(index->subjects, fact->subject);
    }
}

static void free_index(Index *index)
{
    g_hash_table_unref(index->by_name);
    g_hash_table_unref(index->subjects);
    g_ptr_array_unref(index->keys);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Index, free_index)

/* What is shown of one of two values: from shortly before the place where they part. */
static char *show(const char *value, const char *other)
{
    if (value == NULL)
        return NULL;
    gsize same = 0;
    while (other != NULL && value[same] != '\0' && value[same] == other[same])
        same++;
    if (same <= LEAD_IN * 2)
        return sp_shown(value);
    g_autofree char *rest = sp_shown(value + same - LEAD_IN);
    return g_strconcat("...", rest, NULL);
}

static void add(Compare *compare, const SpFact *fact, const char *name, const char *a,
                const char *b)
{
    SpDifference *difference = g_new0(SpDifference, 1);
    difference->subject = g_strdup(fact->subject);
    difference->name = g_strdup(name);
    difference->a = show(a, b);
    difference->b = show(b, a);
    g_ptr_array_add(compare->out, difference);
    g_hash_table_add(compare->different, fact->subject);
}

/* What follows from other bytes is not told again, but tells why its subject is not the same. */
static gboolean same(Compare *compare, const SpFact *a, const SpFact *b)
{
    if (strcmp(a->value, b->value) == 0)
        return TRUE;
    gboolean derived = a->kind == SP_FACT_DERIVED && b->kind == SP_FACT_DERIVED;
    if (derived)
        g_hash_table_add(compare->different, a->subject);
    return derived;
}

/* A fact of one image; the other has no such subject, no such name, or another value. */
static void compare_fact(Compare *compare, const char *key, gboolean rest)
{
    const SpFact *a = g_hash_table_lookup(compare->a->by_name, key);
    const SpFact *b = g_hash_table_lookup(compare->b->by_name, key);
    const SpFact *fact = a != NULL ? a : b;
    gboolean whole = g_hash_table_contains(compare->a->subjects, fact->subject) &&
                     g_hash_table_contains(compare->b->subjects, fact->subject);
    if (!whole) {
        if (!g_hash_table_contains(compare->different, fact->subject))
            add(compare, fact, "", a != NULL ? "" : NULL, b != NULL ? "" : NULL);
        return;
    }
    if ((fact->kind == SP_FACT_REST) != rest || (a != NULL && b != NULL && same(compare, a, b)))
        return;
    if (!rest || !g_hash_table_contains(compare->different, fact->subject))
        add(compare, fact, fact->name, a != NULL ? a->value : NULL, b != NULL ? b->value : NULL);
}

GPtrArray *sp_facts_compare(const GPtrArray *a, const GPtrArray *b, gboolean ignore_signatures)
{
    g_auto(Index) one = {0}, two = {0};
    index_facts(&one, a, ignore_signatures);
    index_facts(&two, b, ignore_signatures);
    g_autoptr(GHashTable) different = g_hash_table_new(g_str_hash, g_str_equal);
    Compare compare = {&one, &two, different, g_ptr_array_new_with_free_func(free_difference)};
    for (gboolean rest = FALSE; rest <= TRUE; rest++) {
        for (guint i = 0; i < one.keys->len; i++)
            compare_fact(&compare, one.keys->pdata[i], rest);
        for (guint i = 0; i < two.keys->len; i++)
            if (!g_hash_table_contains(one.by_name, two.keys->pdata[i]))
                compare_fact(&compare, two.keys->pdata[i], rest);
    }
    return compare.out;
}
