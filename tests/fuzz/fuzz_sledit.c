/* SPDX-License-Identifier: MIT */
/* The edit of StorageLink's device identification file. The first byte chooses the rule and the
 * encoding, the rest is the file. Whatever the file:
 *   nothing is changed, or our entry is there afterwards and the version is higher
 *   installing twice is installing once
 *   removing gives the original back, but for the version's last number
 *   outside of the places of a change no byte is another */
#include "fuzz.h"
#include "sledit.h"

static const struct sl_rule rules[] = {
    {{"OSNEXUS", 7}, {"QUANTASTOR1", 11}, {"", 0}},
    {{"A", 1}, {"B", 1}, {"<d a='A'>\n <x>B</x>\n</d>", 24}},
    {{"O'A", 3}, {"B", 1}, {"", 0}},
};

/* The file but for the last number of its version, which `change` raises first. */
static void without_version(struct text file, const struct sl_change *change, struct buf *out)
{
    const struct sl_splice *v = &change->at[0];
    buf_text(out, text_sub(file, 0, v->begin));
    buf_text(out, text_sub(file, v->end, file.n));
}

static void remove_gives_back(struct text file, struct text with, const struct sl_rule *rule,
                              const struct sl_change *install)
{
    struct sl_change change, none;
    struct xml_refusal why;
    struct buf without = {0}, a = {0}, b = {0};
    must(sl_remove(with, rule, &change, &why) && change.count == 2);
    sl_apply(with, &change, &without);
    without_version(file, install, &a);
    struct sl_splice v = change.at[0];
    struct sl_change same = {.at = {{v.begin, v.begin + v.in.n, {0}}}, .count = 1};
    without_version(text_buf(&without), &same, &b);
    must(text_eq(text_buf(&a), text_buf(&b)));
    struct sl_view before, after;
    must(sl_look(file, rule, &before, &why) && sl_look(text_buf(&without), rule, &after, &why));
    must(after.found == SL_ABSENT && sl_is_higher(after.version, before.version));
    must(sl_remove(text_buf(&without), rule, &none, &why) && none.count == 0);
    sl_change_free(&change);
    buf_free(&without);
    buf_free(&a);
    buf_free(&b);
}

static void check(struct text file, const struct sl_rule *rule)
{
    struct sl_change change, again;
    struct sl_view before, after;
    struct xml_refusal why = {0};
    struct buf with = {0}, diff = {0};
    if (!sl_install(file, rule, &change, &why)) {
        must(*why.reason && change.count == 0);
        return;
    }
    must(change.count == 0 || change.count == 2);
    must(sl_look(file, rule, &before, &why));
    must((before.found == SL_PRESENT) == (change.count == 0) && before.found != SL_OTHER);
    sl_diff(file, &change, "x", &diff);
    must(!diff.n == !change.count);
    if (change.count) {
        sl_apply(file, &change, &with);
        must(sl_look(text_buf(&with), rule, &after, &why) && after.found == SL_PRESENT);
        must(sl_is_higher(after.version, before.version));
        must(sl_install(text_buf(&with), rule, &again, &why) && again.count == 0);
        remove_gives_back(file, text_buf(&with), rule, &change);
    } else if (sl_remove(file, rule, &again, &why)) {
        /* one that others put there goes too, and nothing else of the file gets unreadable */
        sl_apply(file, &again, &with);
        must(sl_look(text_buf(&with), rule, &after, &why) && after.found == SL_ABSENT);
        sl_change_free(&again);
    }
    sl_change_free(&change);
    buf_free(&with);
    buf_free(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned choice = choose(&in, 6);
    const struct sl_rule *rule = &rules[choice % 3];
    struct buf wide = {0};
    if (choice < 3) {
        check((struct text){(const char *)in.p, in.n}, rule);
        return 0;
    }
    buf_add(&wide, "\xff\xfe", 2);
    for (size_t i = 0; i < in.n; i++)
        buf_add(&wide, (char[2]){(char)in.p[i], '\0'}, 2);
    check(text_buf(&wide), rule);
    buf_free(&wide);
    return 0;
}
