/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_bounds.h"

#include <string.h>

#define TREE_MAX       ((gsize)12 * 1024 * 1024)
#define ATTRIBUTES_MAX 256
#define NAMESPACES_MAX 64
/* What libxml2 2.9 on a 64-bit machine takes for a tag and the text behind it, and for an attribute
 * and its value: struct xmlNode has 120 bytes, struct xmlAttr 96; names are shared. */
#define TAG_COST       (2 * 128)
#define ATTRIBUTE_COST (128 + 128)

static const char too_large[] = "it has more elements than any pack's has";

/* Of the words in a document type only the name and where its text lies are of no consequence. */
static gboolean declares(const char *at, gsize left)
{
    static const char *const words[] = {"<!ENTITY", "<!ATTLIST", "<!ELEMENT", "<!NOTATION"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (left >= strlen(words[i]) && memcmp(at, words[i], strlen(words[i])) == 0)
            return TRUE;
    return FALSE;
}

/* What the XML declaration calls the encoding is one in which markup is ASCII and the rest UTF-8.
 */
static gboolean is_utf8(const char *data, gsize size)
{
    gsize mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    static const char *const others[] = {"\xfe\xff", "\xff\xfe", "\x4c\x6f\xa7\x94"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (size >= strlen(others[i]) && memcmp(data, others[i], strlen(others[i])) == 0)
            return FALSE;
    if (memchr(data, '\0', size) != NULL)
        return FALSE;
    /* not g_str_has_prefix(): no NUL ends the data, and glib 2.84 measures it first */
    static const char declaration[] = "<?xml";
    const char *start = data + mark;
    const char *end = g_strstr_len(start, (gssize)(size - mark), "?>");
    if (end == NULL || (gsize)(end - start) < strlen(declaration) ||
        memcmp(start, declaration, strlen(declaration)) != 0)
        return TRUE;
    const char *said = g_strstr_len(start, end - start, "encoding");
    if (said == NULL)
        return TRUE;
    said += strlen("encoding");
    said += strspn(said, " \t\r\n=\"'");
    gsize length = strspn(said, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-");
    return (length == 5 && g_ascii_strncasecmp(said, "utf-8", length) == 0) ||
           (length == 8 && g_ascii_strncasecmp(said, "us-ascii", length) == 0) ||
           (length == 5 && g_ascii_strncasecmp(said, "ascii", length) == 0);
}

typedef struct {
    gsize attributes; /* of the tag we are in */
    gsize namespaces; /* of all tags */
    gboolean inside;  /* a start tag, its end not met */
    char quote;       /* of the value we are in, or 0 */
} Tags;

/* A parser takes no '<' in a value, so that every tag is met here, whatever stands around it. */
static const char *count(Tags *tags, const char *at, gsize left)
{
    if (*at == '<') {
        *tags = (Tags){.namespaces = tags->namespaces, .inside = left > 1 && at[1] != '/'};
        return declares(at, left) ? "it defines entities, elements or attributes" : NULL;
    }
    if (!tags->inside)
        return NULL;
    if (tags->quote != '\0') {
        if (*at == tags->quote)
            tags->quote = '\0';
    } else if (*at == '"' || *at == '\'') {
        tags->quote = *at;
    } else if (*at == '>') {
        tags->inside = FALSE;
    } else if (*at == '=' && ++tags->attributes > ATTRIBUTES_MAX) {
        return "an element in it has more than 256 attributes";
    } else if (*at == 'x' && left >= 5 && memcmp(at, "xmlns", 5) == 0 &&
               ++tags->namespaces > NAMESPACES_MAX) {
        return "it has more than 64 namespaces";
    }
    return NULL;
}

static const char *check(const char *data, gsize size, Tags *tags)
{
    gsize cost = size;
    const char *problem = NULL;
    for (gsize i = 0; i < size && problem == NULL; i++) {
        problem = count(tags, data + i, size - i);
        cost += data[i] == '<' ? TAG_COST : data[i] == '=' ? ATTRIBUTE_COST : 0;
    }
    return problem != NULL ? problem : cost > TREE_MAX ? too_large : NULL;
}

static const char *check_encoding(const char *data, gsize size)
{
    if (size == 0)
        return "it is empty";
    return is_utf8(data, size) ? NULL : "it is not UTF-8 by its first bytes and its declaration";
}

const char *sp_xml_bounds(GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    Tags tags = {0};
    const char *problem = check_encoding(data, size);
    return problem != NULL ? problem : check(data, size, &tags);
}

const char *sp_xml_bounds_by(GBytes *text, const char *element)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    gboolean declared = size > 5 && memcmp(data, "<?xml", 5) == 0;
    gsize from = declared ? 5 : 0;
    Tags tags = {0};
    g_autofree char *end = g_strdup_printf("</%s>", element);
    if (size == 0 || g_strstr_len(data + from, (gssize)(size - from), "<!") != NULL ||
        g_strstr_len(data + from, (gssize)(size - from), "<?") != NULL)
        return sp_xml_bounds(text);
    const char *problem = check_encoding(data, size);
    while (from < size && problem == NULL) {
        const char *at = g_strstr_len(data + from, (gssize)(size - from), end);
        gsize to = at != NULL ? (gsize)(at - data) + strlen(end) : size;
        problem = check(data + from, to - from, &tags);
        from = to;
    }
    return problem;
}
