/* SPDX-License-Identifier: MIT */
#include "devices.h"
#include "keyword.h"

#include <stdlib.h>
#include <string.h>

static bool same_string(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *const names[] = {"vendor", "product", "revision"};
#define NAMES (sizeof names / sizeof *names)

static unsigned sum_of(const struct mp_section *device)
{
    unsigned sum = 0;
    for (size_t i = 0; i < NAMES; i++) {
        const char *s = mp_get(device, names[i]);
        for (sum = sum * 31 + (s != NULL); s && *s; s++)
            sum = sum * 31 + (unsigned char)*s;
    }
    return sum;
}

static bool same_names(const struct mp_section *a, const struct mp_section *b)
{
    for (size_t i = 0; i < NAMES; i++)
        if (!same_string(mp_get(a, names[i]), mp_get(b, names[i])))
            return false;
    return true;
}

static const struct mp_setting *row_get(const struct mp_row *row, const char *keyword)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->set[i]->keyword, keyword) == 0)
            return row->set[i];
    return NULL;
}

static void row_add(struct mp_row *row, const struct mp_setting *set)
{
    if (row_get(row, set->keyword))
        return;
    row->set = xgrow(row->set, (row->count + 1) * sizeof(void *));
    row->set[row->count++] = set;
}

/* An empty text is none to a modern parser, once it is another's (tests/parsers). */
static void row_give(struct mp_row *to, const struct mp_row *from, bool empty_too)
{
    for (size_t i = 0; i < from->count; i++)
        if (empty_too || *from->set[i]->value)
            row_add(to, from->set[i]);
}

static void drop_row(struct mp_table *t, size_t i)
{
    free(t->row[i].set);
    memmove(&t->row[i], &t->row[i + 1], (t->count - i - 1) * sizeof *t->row);
    t->count--;
}

/* el7 asks whether the earlier device's expressions match the later one's as plain strings. */
static bool gives(const struct mp_section *from, const struct mp_section *to, bool by_string)
{
    if (by_string)
        return same_names(from, to);
    for (size_t i = 0; i < NAMES; i++) {
        const char *pattern = mp_get(from, names[i]), *string = mp_get(to, names[i]);
        if (pattern && (!string || ere_search(ERE_BUNDLED, pattern, string) != ERE_YES))
            return false;
    }
    return true;
}

static bool is_queue(const char *no_path_retry)
{
    return strcmp(no_path_retry, "fail") != 0 && strcmp(no_path_retry, "0") != 0;
}

/* What the devices of one file, from row n on, get of those of earlier files (el7's
 * factorize_hwtable, run after each file). Equal names: the earlier one goes. */
static void give_across(struct mp_table *t, size_t n, const struct mp_config *c, bool by_string)
{
    for (size_t i = 0; i < n; i++) {
        bool gone = false;
        for (size_t j = n; j < t->count && !gone; j++) {
            struct mp_row *to = &t->row[j];
            if (!gives(t->row[i].device, to->device, by_string))
                continue;
            row_give(to, &t->row[i], true);
            const struct mp_setting *retry = row_get(to, "no_path_retry");
            if (c->parser < MP_VERSION(0, 4, 9, 119) && retry && is_queue(retry->value) &&
                !row_get(to, "features") && !t->dies_at)
                t->dies_at = to->device->owner == MP_OURS ? t->row[i].device : to->device;
            gone = same_names(t->row[i].device, to->device);
        }
        if (gone) {
            drop_row(t, i--);
            n--;
        }
    }
}

/* Devices of the same names are one: el6 keeps the first one's settings and place, modern parsers
 * the last one's. */
static void merge_same(struct mp_table *t, bool last)
{
    for (size_t i = 0; i < t->count; i++)
        for (size_t j = i + 1; j < t->count; j++) {
            if (t->row[i].names != t->row[j].names ||
                !same_names(t->row[i].device, t->row[j].device))
                continue;
            row_give(&t->row[last ? j : i], &t->row[last ? i : j], !last);
            drop_row(t, last ? i-- : j--);
            if (last)
                break;
        }
}

static bool drops(const struct mp_config *c, const struct mp_section *device)
{
    return c->era == MP_MODERN && (!mp_get(device, "vendor") || !mp_get(device, "product"));
}

bool mp_acts(const struct mp_config *c, const struct mp_setting *set)
{
    const struct mp_section *in = set->in;
    if (!mp_takes(c->parser, in->level, set->keyword, set->value))
        return false;
    /* Of a keyword said twice the last counts; up to 0.8.7 also one that cannot be read, which
     * takes back what the first said. */
    for (size_t i = in->count; i-- > 0 && &in->set[i] != set;)
        if (strcmp(in->set[i].keyword, set->keyword) == 0 &&
            (c->parser < MP_VERSION(0, 8, 8, 0) ||
             mp_takes(c->parser, in->level, in->set[i].keyword, in->set[i].value)))
            return false;
    return true;
}

static void add_row(const struct mp_config *c, struct mp_table *t, const struct mp_section *device)
{
    t->row = xgrow(t->row, (t->count + 1) * sizeof *t->row);
    struct mp_row *row = &t->row[t->count++];
    *row = (struct mp_row){.device = device, .names = sum_of(device)};
    for (size_t i = 0; i < device->count; i++)
        if (mp_acts(c, &device->set[i]))
            row_add(row, &device->set[i]);
}

static bool match_by_string(const struct mp_config *c)
{
    const char *value = NULL;
    for (size_t i = 0; i < c->count; i++)
        if (c->section[i]->level == MP_DEFAULTS && mp_get(c->section[i], "hw_str_match"))
            value = mp_get(c->section[i], "hw_str_match");
    return mp_is_yes(value);
}

struct mp_table *mp_table_make(const struct mp_config *c)
{
    struct mp_table *t = xalloc(sizeof *t);
    *t = (struct mp_table){0};
    size_t of_file = 0; /* the first row of the present file */
    const struct mp_source *source = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct mp_section *s = c->section[i];
        if (s->level != MP_DEVICE)
            continue;
        if (c->era == MP_EL7 && s->source != source) {
            give_across(t, of_file, c, match_by_string(c));
            of_file = t->count;
        }
        source = s->source;
        if (!drops(c, s))
            add_row(c, t, s);
    }
    if (c->era == MP_EL7)
        give_across(t, of_file, c, match_by_string(c));
    if (c->era == MP_049 || c->era == MP_MODERN)
        merge_same(t, c->era == MP_MODERN);
    return t;
}

void mp_table_free(struct mp_table *table)
{
    for (size_t i = 0; table && i < table->count; i++)
        free(table->row[i].set);
    if (table)
        free(table->row);
    free(table);
}
