/* SPDX-License-Identifier: MIT */
/* The edit of StorageLink's device identification file. The first byte chooses the rule and the
 * encoding, the rest is the file. Whatever the file:
 *   nothing is changed, or our entry is there afterwards and the version is higher
 *   installing twice is installing once
 *   removing gives the original back, but for the version's last number
 *   an upgrade leaves nothing of what was there before it
 *   outside of the places of a change no byte is another */
#include "fuzz.h"
#include "sledit.h"

static const struct sl_rule rules[] = {
    {{"OSNEXUS", 7}, {"QUANTASTOR1", 11}, {"", 0}, 0, 0},
    {{"A", 1}, {"B", 1}, {"<d a='A'>\n <x>B</x>\n</d>", 24}, 0, 0},
    {{"O'A", 3}, {"B", 1}, {"", 0}, 1, 1},
    {{"OSNEXUS", 7}, {"QUANTASTOR1", 11}, {"", 0}, 2, 0},
    {{"OSNEXUS", 7}, {"QUANTASTOR1", 11}, {"", 0}, 0, 2},
    {{"A", 1}, {"B", 1}, {"<!-- x --><d a='A' b='B'/>\n", 27}, 1, 1},
};
#define RULES (sizeof rules / sizeof *rules)

static const struct sl_mine nothing = {{"", 0}, 0};

/* `file` without its version's last number, which `change` raises: of its splices the one that
 * takes out digits and puts others in. */
static void without_version(struct text file, const struct sl_change *change, bool taken_out,
                            struct buf *out)
{
    size_t at = 0;
    for (unsigned i = 0; i < change->count; i++) {
        const struct sl_splice *s = &change->at[i];
        bool version = s->begin < s->end && s->in.n;
        buf_text(out, text_sub(file, at, s->begin));
        if (!version && !taken_out)
            buf_text(out, text_sub(file, s->begin, s->end));
        at = s->end;
    }
    buf_text(out, text_sub(file, at, file.n));
}

static void remove_gives_back(struct text file, struct text with, const struct sl_rule *rule,
                              const struct sl_change *install)
{
    struct sl_mine mine = {text_buf(&install->inserted), install->inserted_at};
    struct sl_change change, none;
    struct sl_view after;
    struct xml_refusal why;
    struct buf without = {0}, a = {0}, b = {0};
    must(sl_remove(with, rule, &mine, &change, &why) && change.count == 2);
    sl_apply(with, &change, &without);
    without_version(file, install, false, &a);
    without_version(with, &change, true, &b);
    must(text_eq(text_buf(&a), text_buf(&b)));
    must(sl_look(text_buf(&without), rule, &nothing, &after, &why) && after.found == SL_ABSENT);
    must(sl_is_higher(after.version, change.before) &&
         sl_is_higher(change.before, install->before));
    must(!sl_remove(text_buf(&without), rule, &mine, &none, &why) && none.count == 0);
    sl_change_free(&change);
    buf_free(&without);
    buf_free(&a);
    buf_free(&b);
}

static void upgrade_leaves_nothing(struct text with, const struct sl_rule *rule,
                                   const struct sl_change *install)
{
    struct sl_mine mine = {text_buf(&install->inserted), install->inserted_at};
    struct sl_rule later = {{"ZZ", 2}, {"YY", 2}, {"", 0}, rule->version_at, rule->like};
    struct sl_change change;
    struct sl_view view;
    struct xml_refusal why;
    struct buf then = {0}, diff = {0};
    if (!sl_install(with, &later, &mine, &change, &why))
        return;
    must(change.count > 0);
    sl_apply(with, &change, &then);
    sl_diff(with, &change, "x", &diff);
    must(diff.n > 0);
    must(sl_look(text_buf(&then), rule, &nothing, &view, &why) && view.found == SL_ABSENT);
    struct sl_mine new = {text_buf(&change.inserted), change.inserted_at};
    must(sl_look(text_buf(&then), &later, &new, &view, &why) && view.mine);
    must(sl_is_higher(view.version, install->after));
    sl_change_free(&change);
    buf_free(&then);
    buf_free(&diff);
}

static void check(struct text file, const struct sl_rule *rule)
{
    struct sl_change change, again;
    struct sl_view before, after;
    struct xml_refusal why = {0};
    struct buf with = {0}, diff = {0}, list = {0};
    sl_list(file, rule, &nothing, &list);
    buf_free(&list);
    if (!sl_install(file, rule, &nothing, &change, &why)) {
        must(*why.reason && change.count == 0);
        return;
    }
    must(change.count == 0 || change.count == 2);
    must(sl_look(file, rule, &nothing, &before, &why));
    must((before.found == SL_PRESENT) == (change.count == 0) && before.found != SL_OTHER);
    sl_diff(file, &change, "x", &diff);
    must(!diff.n == !change.count);
    if (change.count) {
        struct sl_mine mine = {text_buf(&change.inserted), change.inserted_at};
        sl_apply(file, &change, &with);
        must(sl_look(text_buf(&with), rule, &mine, &after, &why) && after.mine);
        must(after.found == SL_PRESENT || rule->like);
        must(sl_is_higher(after.version, before.version));
        must(sl_install(text_buf(&with), rule, &mine, &again, &why) && again.count == 0);
        remove_gives_back(file, text_buf(&with), rule, &change);
        upgrade_leaves_nothing(text_buf(&with), rule, &change);
    }
    sl_change_free(&change);
    buf_free(&with);
    buf_free(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned choice = choose(&in, 2 * RULES);
    const struct sl_rule *rule = &rules[choice % RULES];
    struct buf wide = {0};
    if (choice < RULES) {
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
