/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stanza_block.h"
#include "nearest.h"

#include <string.h>

/* Which word opens which block in which. `devnode_blacklist` is how 0.4.5 called it. */
static const struct {
    const char *word;
    SpBlock inside, opens;
} blocks[] = {
    {"devices", SP_TOP, SP_IN_DEVICES},
    {"device", SP_TOP, SP_IN_DEVICE},
    {"device", SP_IN_DEVICES, SP_IN_DEVICE},
    {"defaults", SP_TOP, SP_IN_DEFAULTS},
    {"blacklist", SP_TOP, SP_IN_BLACKLIST},
    {"devnode_blacklist", SP_TOP, SP_IN_BLACKLIST},
    {"blacklist_exceptions", SP_TOP, SP_IN_EXCEPTIONS},
    {"device", SP_IN_BLACKLIST, SP_IN_LISTED},
    {"device", SP_IN_EXCEPTIONS, SP_IN_LISTED},
    {"overrides", SP_TOP, SP_IN_OVERRIDES},
    {"protocol", SP_TOP, SP_IN_PROTOCOL},
    {"protocol", SP_IN_OVERRIDES, SP_IN_PROTOCOL},
    {"multipaths", SP_TOP, SP_IN_MULTIPATHS},
    {"multipath", SP_IN_MULTIPATHS, SP_IN_MULTIPATH},
};

SpBlock sp_blocks_now(const SpBlocks *parse)
{
    return parse->depth > 0 ? parse->stack[parse->depth - 1] : SP_TOP;
}

void sp_blocks_keep(SpBlocks *parse, SpStanzaLine *line)
{
    g_assert(parse->open != NULL); /* there is one in a device, and the rest is kept nowhere */
    gsize indent = parse->indent != NULL ? strlen(parse->indent) : 0;
    if (indent > 0 && strncmp(line->text, parse->indent, indent) == 0)
        memmove(line->text, line->text + indent, strlen(line->text + indent) + 1);
    g_ptr_array_add(parse->open->lines, line);
}

static void keep_text(SpBlocks *parse, const char *text)
{
    sp_blocks_keep(parse, sp_line_new(&parse->reader, text));
}

gboolean sp_is_idle(const char *at)
{
    at += strspn(at, " \t");
    return *at == '\0' || *at == '#' || *at == '!';
}

static gboolean same_value(const SpDevice *a, const SpDevice *b, const char *keyword)
{
    const SpStanzaLine *x = sp_device_find(a, keyword), *y = sp_device_find(b, keyword);
    return x == y || (x != NULL && y != NULL && strcmp(x->value, y->value) == 0);
}

/* A block without a product means all of them, and says so to every parser: some die without
 * (multipath.md 1.3). */
static void add_product(SpBlocks *parse, const SpDevice *device)
{
    const SpStanzaLine *vendor = sp_device_find(device, "vendor");
    gsize indent = strspn(vendor->text, " \t");
    gsize gap = strspn(vendor->text + indent + strlen("vendor"), " \t");
    g_autofree char *text =
        g_strdup_printf("%.*sproduct%.*s\".*\"", (int)indent, vendor->text,
                        (int)(gap > 1 ? gap - 1 : 1), vendor->text + indent + strlen("vendor"));
    SpStanzaLine *line = sp_line_new(&parse->reader, text);
    line->number = vendor->number;
    line->name = g_strdup("product");
    line->value = g_strdup(".*");
    line->keyword = sp_keyword_find("product");
    guint at = 0;
    g_ptr_array_find(device->lines, vendor, &at);
    g_ptr_array_insert(device->lines, (gint)at + 1, line);
    sp_findings_add(parse->reader.findings, SP_INFO, "stanza-product", parse->reader.stanza->file,
                    vendor->number,
                    "the device has no product: 'product \".*\"' is added, which means the same to "
                    "every parser");
}

static void close_device(SpBlocks *parse, const char *text)
{
    SpLineReader *reader = &parse->reader;
    const SpDevice *device = parse->open;
    gsize indent = strspn(text, " \t");
    g_autofree char *plain = g_strdup_printf("%.*s}", (int)indent, text);
    keep_text(parse, text[indent] == '}' && text[indent + 1] == '\0' ? text : plain);
    parse->open = NULL;
    g_clear_pointer(&parse->indent, g_free);
    if (reader->lost) /* of what is missing, a lost line may have told */
        return;
    if (sp_device_find(device, "vendor") == NULL) {
        sp_line_bad(reader, "stanza-identity",
                    "the device that ends here has no vendor, which corrupts another entry");
        return;
    }
    if (sp_device_find(device, "product") == NULL)
        add_product(parse, device);
    for (guint i = 0; i + 1 < reader->stanza->devices->len; i++) {
        const SpDevice *other = reader->stanza->devices->pdata[i];
        if (same_value(device, other, "vendor") && same_value(device, other, "product") &&
            same_value(device, other, "revision"))
            sp_line_bad(reader, "stanza-same-device",
                        "the device that ends here has the vendor and product of an earlier one");
    }
}

/* Half an entry means any of the other half, and 0.4.7 has to be told so. */
static void close_listed(SpBlocks *parse)
{
    SpStanzaLine *line = parse->listed;
    g_assert(line != NULL); /* whoever opened the block made it */
    parse->listed = NULL;
    if (line->value == NULL && line->product == NULL && !parse->reader.lost)
        sp_line_bad(&parse->reader, "stanza-identity",
                    "the device that ends here has neither vendor nor product");
    if (line->value == NULL)
        line->value = g_strdup(".*");
    if (line->product == NULL)
        line->product = g_strdup(".*");
}

static void pop(SpBlocks *parse, const char *text)
{
    if (sp_blocks_now(parse) == SP_IN_DEVICE)
        close_device(parse, text);
    else if (sp_blocks_now(parse) == SP_IN_LISTED)
        close_listed(parse);
    parse->depth--;
}

static void push(SpBlocks *parse, SpBlock block, const char *text)
{
    SpStanza *stanza = parse->reader.stanza;
    if (block == SP_IN_DEVICE) {
        gsize indent = strspn(text, " \t");
        parse->open = g_new0(SpDevice, 1);
        parse->open->lines = g_ptr_array_new_with_free_func(sp_line_free);
        g_ptr_array_add(stanza->devices, parse->open);
        parse->indent = sp_blocks_now(parse) == SP_IN_DEVICES ? g_strndup(text, indent) : NULL;
        parse->reader.lost = FALSE;
        const char *brace = text + indent + strlen("device");
        gboolean plain = *brace != '{' && brace[strspn(brace, " \t")] == '{' &&
                         brace[strspn(brace, " \t") + 1] == '\0';
        g_autofree char *canonical = g_strdup_printf("%.*sdevice {", (int)indent, text);
        keep_text(parse, plain ? text : canonical);
    } else if (block == SP_IN_LISTED) {
        GPtrArray *list =
            stanza
                ->sections[sp_blocks_now(parse) == SP_IN_BLACKLIST ? SP_BLACKLIST : SP_EXCEPTIONS];
        parse->listed = sp_line_new(&parse->reader, text);
        parse->listed->name = g_strdup("device");
        g_ptr_array_add(list, parse->listed);
        parse->reader.lost = FALSE;
    }
    parse->started[parse->depth] = parse->reader.line;
    parse->stack[parse->depth++] = block;
}

gboolean sp_block_opens(const char *word, SpBlock inside, SpBlock *block)
{
    for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++)
        if (blocks[i].inside == inside && strcmp(blocks[i].word, word) == 0) {
            *block = blocks[i].opens;
            return TRUE;
        }
    return FALSE;
}

void sp_blocks_open(SpBlocks *parse, const char *word, const char *text)
{
    SpBlock block = SP_IN_UNKNOWN;
    SpBlock inner = SP_IN_UNKNOWN;
    gboolean outer = FALSE;
    if (parse->depth == SP_DEPTH_MAX) {
        sp_line_bad(&parse->reader, "stanza-nested", "blocks are nested too deep");
        return;
    }
    if (sp_block_opens(word, sp_blocks_now(parse), &block)) {
        push(parse, block, text);
        return;
    }
    for (guint i = 0; sp_blocks_now(parse) != SP_IN_UNKNOWN && i < parse->depth; i++)
        outer = outer || sp_block_opens(word, i == 0 ? SP_TOP : parse->stack[i - 1], &inner);
    if (outer) {
        sp_line_bad(&parse->reader, "stanza-nested",
                    "'%s {' starts inside the block of line %d: a '}' is missing before it", word,
                    parse->started[parse->depth - 1]);
        while (!sp_block_opens(word, sp_blocks_now(parse), &block)) {
            parse->reader.lost = TRUE;
            pop(parse, "}");
        }
        push(parse, block, text);
        parse->reader.lost = TRUE;
        return;
    }
    g_autofree char *shown = sp_shown(word);
    SpNearest nearest = {.word = word};
    for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++)
        if (blocks[i].inside == sp_blocks_now(parse))
            sp_nearest_offer(&nearest, blocks[i].word);
    g_autofree char *question = sp_nearest_question(&nearest);
    if (sp_blocks_now(parse) != SP_IN_UNKNOWN)
        sp_line_bad(&parse->reader, "stanza-section", "there is no section '%s' here%s", shown,
                    question);
    push(parse, SP_IN_UNKNOWN, text);
}

void sp_blocks_close(SpBlocks *parse, const char *text, const char *at)
{
    for (; *at == '}'; at += 1 + strspn(at + 1, " \t")) {
        if (parse->depth == 0) {
            sp_line_bad(&parse->reader, "stanza-brace", "'}' without a block that it could close");
            return;
        }
        pop(parse, text);
    }
    if (!sp_is_idle(at))
        sp_line_bad(&parse->reader, "stanza-brace", "text after '}' is ignored by every parser");
}
