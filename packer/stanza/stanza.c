/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stanza.h"
#include "published.h"
#include "stanza_block.h"

#include <string.h>

/* The parsers read 1024 bytes a line and go wrong in five ways beyond it. */
#define LINE_MAX_BYTES 1022
#define DEVICES_MAX    64

static void free_device(gpointer data)
{
    SpDevice *device = data;
    g_ptr_array_unref(device->lines);
    g_free(device);
}

void sp_stanza_free(SpStanza *stanza)
{
    if (stanza == NULL)
        return;
    g_free(stanza->file);
    g_ptr_array_unref(stanza->devices);
    g_ptr_array_unref(stanza->others);
    for (int i = 0; i < SP_SECTIONS; i++)
        g_ptr_array_unref(stanza->sections[i]);
    g_free(stanza);
}

static SpStanza *new_stanza(const char *file)
{
    SpStanza *stanza = g_new0(SpStanza, 1);
    stanza->file = g_strdup(file);
    stanza->devices = g_ptr_array_new_with_free_func(free_device);
    stanza->others = g_ptr_array_new_with_free_func(sp_line_free);
    for (int i = 0; i < SP_SECTIONS; i++)
        stanza->sections[i] = g_ptr_array_new_with_free_func(sp_line_free);
    return stanza;
}

void sp_stanza_omit_settings(SpStanza *stanza)
{
    for (int i = 0; i < SP_SECTIONS; i++)
        for (guint k = 0; k < stanza->sections[i]->len; k++) {
            SpStanzaLine *line = stanza->sections[i]->pdata[k];
            if (line->never == NULL) {
                line->fate = SP_FATE_OMITTED;
                line->never = "the description says 'settings = omit'";
            }
        }
}

const SpStanzaLine *sp_device_find(const SpDevice *device, const char *keyword)
{
    for (guint i = 0; i < device->lines->len; i++) {
        const SpStanzaLine *line = device->lines->pdata[i];
        if (line->keyword != NULL && strcmp(line->keyword->name, keyword) == 0)
            return line;
    }
    return NULL;
}

/* A setting that stands there already. TRUE when this one is to be kept. */
static gboolean is_first(SpBlocks *parse, const GPtrArray *lines, const SpStanzaLine *line)
{
    SpLineReader *reader = &parse->reader;
    for (guint i = 0; i < lines->len; i++) {
        const SpStanzaLine *other = lines->pdata[i];
        const char *name = other->keyword != NULL ? other->keyword->name : other->name;
        const char *own = line->keyword != NULL ? line->keyword->name : line->name;
        if (name == NULL || strcmp(name, own) != 0)
            continue;
        gboolean same = strcmp(other->value, line->value) == 0;
        if (same)
            sp_findings_add(reader->findings, SP_INFO, "stanza-duplicate", reader->stanza->file,
                            line->number, "'%s %s' stands on line %d already, once is enough",
                            line->name, line->value, other->number);
        else
            sp_line_bad(reader, "stanza-duplicate",
                        "keyword '%s' has another value on line %d: only one can be meant",
                        line->name, other->number);
        return FALSE;
    }
    return TRUE;
}

static void add_setting(SpBlocks *parse, SpStanzaLine *line)
{
    static const SpSection sections[] = {
        [SP_IN_DEFAULTS] = SP_DEFAULTS, [SP_IN_OVERRIDES] = SP_OVERRIDES};
    gboolean device = sp_blocks_now(parse) == SP_IN_DEVICE;
    SpSection section = device ? SP_SECTIONS : sections[sp_blocks_now(parse)];
    GPtrArray *lines = device ? parse->open->lines : parse->reader.stanza->sections[section];
    if (!sp_line_judge(&parse->reader, section, line) || !is_first(parse, lines, line))
        sp_line_free(line);
    else if (device)
        sp_blocks_keep(parse, line);
    else
        g_ptr_array_add(lines, line);
}

/* vendor and product of a device in a blacklist. */
static void add_half(SpBlocks *parse, SpStanzaLine *line)
{
    gboolean vendor = strcmp(line->name, "vendor") == 0;
    char **half = vendor ? &parse->listed->value : &parse->listed->product;
    if (!vendor && strcmp(line->name, "product") != 0)
        sp_line_bad(&parse->reader, "stanza-keyword",
                    "unknown keyword '%s' in a device of a blacklist: only 'vendor' and 'product'",
                    line->name);
    else if (*half != NULL && strcmp(*half, line->value) != 0)
        sp_line_bad(&parse->reader, "stanza-duplicate",
                    "keyword '%s' is given twice in this device", line->name);
    else if (*half == NULL && (strcmp(line->value, "*") == 0 ||
                               sp_line_check_pattern(&parse->reader, line->name, line->value)))
        *half = g_steal_pointer(&line->value);
    sp_line_free(line);
}

static void add_listed(SpBlocks *parse, SpStanzaLine *line)
{
    static const char *const kinds[] = {"devnode", "wwid", "property", "protocol", NULL};
    SpSection section = sp_blocks_now(parse) == SP_IN_BLACKLIST ? SP_BLACKLIST : SP_EXCEPTIONS;
    gboolean good = g_strv_contains(kinds, line->name);
    if (!good)
        sp_line_bad(&parse->reader, "stanza-keyword", "unknown keyword '%s' in the section '%s'",
                    line->name, sp_section_name(section));
    else if (strcmp(line->value, "*") != 0) /* which parsers up to 8 take for everything */
        good = sp_line_check_pattern(&parse->reader, line->name, line->value);
    if (good)
        g_ptr_array_add(parse->reader.stanza->sections[section], line);
    else
        sp_line_free(line);
}

/* What stands in sections that are a site's, or that this version has no place for. */
static void add_other(SpBlocks *parse, SpStanzaLine *line)
{
    gboolean site = sp_blocks_now(parse) == SP_IN_MULTIPATH;
    line->fate = site ? SP_FATE_SITE : SP_FATE_NOWHERE;
    line->never = site ? "the section 'multipaths' names the LUNs of one site"
                       : "the section 'protocol' is read by 0.9.0 and later alone, inside "
                         "'overrides', and no pack delivers it";
    g_ptr_array_add(parse->reader.stanza->others, line);
    sp_findings_add(parse->reader.findings, SP_WARNING, "setting-never", parse->reader.stanza->file,
                    line->number, "%s '%s' is left out on all hosts: %s", line->name, line->value,
                    line->never);
}

static void parse_setting(SpBlocks *parse, const char *text, const char *at)
{
    SpStanzaLine *line = sp_line_read(&parse->reader, text, at);
    if (line == NULL)
        return;
    switch (sp_blocks_now(parse)) {
    case SP_IN_DEVICE:
    case SP_IN_DEFAULTS:
    case SP_IN_OVERRIDES:
        add_setting(parse, line);
        return;
    case SP_IN_BLACKLIST:
    case SP_IN_EXCEPTIONS:
        add_listed(parse, line);
        return;
    case SP_IN_LISTED:
        add_half(parse, line);
        return;
    case SP_IN_MULTIPATH:
    case SP_IN_PROTOCOL:
        add_other(parse, line);
        return;
    default:
        sp_line_free(line);
    }
}

/* A line where no setting can stand: a setting all the same, or the prose of the page. */
static void parse_stray(SpBlocks *parse, const char *at)
{
    g_autofree char *word = g_strndup(at, strcspn(at, " \t{}\""));
    g_autofree char *shown = sp_shown(at);
    if (sp_line_is_keyword(word))
        sp_line_bad(&parse->reader, "stanza-outside",
                    "setting '%s' stands outside of every block that could hold it", word);
    else
        sp_findings_add(parse->reader.findings, SP_WARNING, "stanza-prose",
                        parse->reader.stanza->file, parse->reader.line,
                        "'%s' is no setting: the text of the page around it is left out", shown);
}

static gboolean holds_settings(SpBlock block)
{
    return block != SP_TOP && block != SP_IN_DEVICES && block != SP_IN_MULTIPATHS;
}

/* `word {` and what follows. A block that is open and shut on one line is not opened. */
static void parse_opener(SpBlocks *parse, const char *word, const char *text, const char *brace)
{
    gboolean more = !sp_is_idle(brace + 1);
    if (!more || strchr(brace, '}') == NULL)
        sp_blocks_open(parse, word, text);
    if (more)
        sp_line_bad(&parse->reader, "stanza-brace",
                    "text after '{' is ignored by every parser: put each setting and the '}' on a "
                    "line of its own");
}

static void parse_plain(SpBlocks *parse, const char *text, const char *at)
{
    gsize word = strcspn(at, " \t{}\"");
    const char *brace = at + word + strspn(at + word, " \t");
    g_autofree char *name = g_strndup(at, word);
    SpBlock now = sp_blocks_now(parse), block;
    if (*at == '}') {
        sp_blocks_close(parse, text, at);
    } else if (word > 0 && *brace == '{') {
        parse_opener(parse, name, text, brace);
    } else if (sp_is_idle(at + word) && sp_block_opens(name, now, &block)) {
        parse->pending = g_steal_pointer(&name);
    } else if (now == SP_IN_UNKNOWN) {
        return;
    } else if (!holds_settings(now)) {
        parse_stray(parse, at);
    } else if (strpbrk(at, "{}") == NULL || strchr(at, '"') != NULL) {
        parse_setting(parse, text, at); /* braces in quotes are text */
    } else {
        sp_line_bad(&parse->reader, "stanza-brace",
                    "only 'device {' and a '}' on its own line may hold a brace");
    }
}

/* Behind a word that opens a block there is nothing but its '{', on the same line or the next. */
static gboolean parse_pending(SpBlocks *parse, const char *at)
{
    g_autofree char *word = g_steal_pointer(&parse->pending);
    if (*at == '{' && sp_is_idle(at + 1)) {
        g_autofree char *text = g_strdup_printf("%s {", word);
        sp_blocks_open(parse, word, text);
        return TRUE;
    }
    sp_line_bad(&parse->reader, "stanza-brace",
                "'%s' on a line of its own must be followed by '{'; a block starts with '%s {'",
                word, word);
    return FALSE;
}

/* The line's characters are told of, where it is more than prose; FALSE when it cannot be read. */
static gboolean judge_characters(SpBlocks *parse, const SpPublishedLine *line, const char *at)
{
    static const char *const entities[] = {"&quot;", "&#34;", "&nbsp;", "&#160;",
                                           "&lt;",   "&gt;",  "&amp;",  "&#39;"};
    SpLineReader *reader = &parse->reader;
    g_autofree char *word = g_strndup(at, strcspn(at, " \t{}\""));
    SpBlock block;
    if (!holds_settings(sp_blocks_now(parse)) && *at != '}' && !sp_line_is_keyword(word) &&
        !sp_block_opens(word, sp_blocks_now(parse), &block))
        return TRUE; /* prose */
    for (gsize i = 0; i < G_N_ELEMENTS(entities); i++)
        if (strstr(line->text, entities[i]) != NULL) {
            sp_line_bad(reader, "stanza-html",
                        "'%s' is how the source of a web page writes a character: copy the text "
                        "from the page as it is shown",
                        entities[i]);
            return FALSE;
        }
    const char *comment = strpbrk(at, "#!");
    if (line->wrong != NULL && (comment == NULL || !g_ascii_isspace(comment[-1]))) {
        sp_line_bad(reader, "stanza-ascii", "%s", line->wrong);
        return FALSE;
    }
    if (line->mended != NULL)
        sp_findings_add(reader->findings, SP_WARNING, "stanza-typography", reader->stanza->file,
                        reader->line, "%s: read as that", line->mended);
    return TRUE;
}

static void parse_line(SpBlocks *parse, const char *data, gsize length)
{
    SpPublishedLine line;
    if (length > LINE_MAX_BYTES) {
        sp_line_bad(&parse->reader, "stanza-line-length",
                    "the line has %zu bytes, more than %d are split or lost", length,
                    LINE_MAX_BYTES);
        return;
    }
    sp_published_line(data, length, &line);
    const char *at = line.text + strspn(line.text, " \t");
    gboolean plain = line.wrong == NULL && line.mended == NULL;
    gboolean comment = *at == '#' || *at == '!' || (*at == '\0' && line.wrong == NULL);
    if (comment && parse->open != NULL && plain)
        sp_blocks_keep(parse, sp_line_new(&parse->reader, line.text));
    /* A comment in other characters is left out, as all outside of devices are. */
    if (!comment && (parse->pending == NULL || !parse_pending(parse, at)) &&
        judge_characters(parse, &line, at))
        parse_plain(parse, line.text, at);
    sp_published_line_clear(&line);
}

/* `whole`: no line was lost, so that what is not there was not given. */
static void judge_whole(SpBlocks *parse, gboolean whole)
{
    SpLineReader *reader = &parse->reader;
    SpStanza *stanza = reader->stanza;
    if (parse->pending != NULL)
        (void)parse_pending(parse, "");
    else if (parse->depth > 0)
        sp_line_bad(reader, "stanza-brace", "the block that starts on line %d is not closed by '}'",
                    parse->started[parse->depth - 1]);
    reader->line = 0;
    gboolean settings = FALSE;
    for (int i = 0; i < SP_SECTIONS; i++)
        settings = settings || stanza->sections[i]->len > 0;
    if (stanza->devices->len == 0 && whole)
        sp_line_bad(reader, "stanza-empty", "there is no device block in it%s",
                    settings ? ": a pack needs at least one, settings of the whole host alone are "
                               "nobody's array"
                             : "");
    if (stanza->devices->len > DEVICES_MAX)
        sp_line_bad(reader, "stanza-too-many", "there are more than %d device blocks in it",
                    DEVICES_MAX);
}

SpStanza *sp_stanza_parse(const char *file, GBytes *text, SpFindings *findings)
{
    guint before = findings->bad;
    g_autoptr(GBytes) plain = sp_published_utf8(file, text, findings);
    if (plain == NULL)
        return NULL;
    g_autoptr(SpStanza) stanza = new_stanza(file);
    SpBlocks parse = {.reader = {.stanza = stanza, .findings = findings}};
    gsize size = 0, at = 0;
    const char *data = g_bytes_get_data(plain, &size);
    while (at < size) {
        const char *end = memchr(data + at, '\n', size - at);
        gsize length = end != NULL ? (gsize)(end - data) - at : size - at;
        gsize content = length > 0 && data[at + length - 1] == '\r' ? length - 1 : length;
        parse.reader.line++;
        parse_line(&parse, data + at, content);
        at += length + 1;
    }
    judge_whole(&parse, findings->bad == before);
    g_free(parse.pending);
    g_free(parse.indent);
    return findings->bad == before ? g_steal_pointer(&stanza) : NULL;
}
