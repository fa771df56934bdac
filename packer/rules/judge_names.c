/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, as each reader of an image sees them: Rock Ridge's as they are (Linux, libarchive),
 * Joliet's without regard to case (Windows, 7-Zip, a mount with norock), ISO 9660's in lower case
 * and without version (a mount with norock and nojoliet, old readers). */
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

#define TAIL_MAX 7 /* digits by which writers tell shortened names apart */

/* The name a reader of ISO 9660 names shows, but for its case. */
static gsize iso_length(const char *id)
{
    gsize length = strlen(id);
    length -= g_str_has_suffix(id, ";1") ? 2 : 0;
    return length > 1 && id[length - 1] == '.' ? length - 1 : length;
}

/* A name in a folder, for tables of them; case does not count. */
typedef struct {
    const SpVolumeNode *parent;
    const char *name;
    gsize length;
    const SpVolumeNode *node; /* whose it is */
} Name;

static guint name_hash(gconstpointer data)
{
    const Name *name = data;
    guint hash = g_direct_hash(name->parent) ^ 5381U;
    for (gsize i = 0; i < name->length; i++)
        hash = hash * 33U + (guchar)g_ascii_tolower(name->name[i]);
    return hash;
}

static gboolean name_equal(gconstpointer a, gconstpointer b)
{
    const Name *one = a, *other = b;
    return one->parent == other->parent && one->length == other->length &&
           g_ascii_strncasecmp(one->name, other->name, one->length) == 0;
}

static gboolean is_device(const char *name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    gsize length = strcspn(name, ".");
    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++)
        if (g_ascii_strncasecmp(name, devices[i], 3) == 0 &&
            (i < 4 ? length == 3 : length == 4 && g_ascii_isdigit(name[3])))
            return TRUE;
    return FALSE;
}

/* Of letters every reader shows as they are. */
static gboolean is_plain(const char *name, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isprint(name[i]) || strchr("/\\:*?\"<>|;", name[i]) != NULL)
            return FALSE;
    return TRUE;
}

/* What is not so is shown in another way, cut, or not found by some reader. */
static void judge_grammar(const SpVolumeNode *node, SpFindings *findings)
{
    const char *name = node->name;
    gsize length = strlen(name);
    const char *why = NULL;
    if (!is_plain(name, length))
        why = "has a character in its name that not every reader shows";
    if (name[0] == ' ' || strchr(" .", name[length - 1]) != NULL)
        why = "has a name that begins with a blank, or ends with one or a dot";
    if (is_device(name))
        why = "has a name that is a device on Windows";
    g_autofree char *shown = sp_shown(node->path);
    if (why != NULL)
        sp_breach(findings, SP_RULE_IMAGE_NAME, shown, 0, "%s", why);
}

/* Names that are one to a reader who does not look at case. A table of Name, the caller's; the
 * strings in it are the nodes'. */
static GHashTable *judge_tree(const GPtrArray *tree, const char *whose, SpFindings *findings)
{
    GHashTable *names = g_hash_table_new_full(name_hash, name_equal, NULL, g_free);
    for (guint i = 0; i < tree->len; i++) {
        const SpVolumeNode *node = tree->pdata[i];
        Name *name = g_new(Name, 1);
        *name = (Name){node->parent, node->name, strlen(node->name), node};
        if (!g_hash_table_replace(names, name, name))
            sp_breach(findings, SP_RULE_IMAGE_NAME_TWICE, node->path, 0,
                      "another %s name differs from it in case only, or not at all", whose);
    }
    return names;
}

/* Letters and digits in capitals, anything else as '_': what writers make ISO 9660 names of. */
static char plain(char letter)
{
    return g_ascii_isalnum(letter) ? g_ascii_toupper(letter) : '_';
}

/* Whether the first `length` letters of `id` are the first of `name`. */
static gboolean begins(const char *id, gsize length, const char *name)
{
    for (gsize i = 0; i < length; i++)
        if (name[i] == '\0' || plain(id[i]) != plain(name[i]))
            return FALSE;
    return TRUE;
}

/* "OSNEX001.RPM;1" is made of "osnexus-quantastor.rpm": shortened, a few digits at its end. */
static gboolean is_made_of(const char *id, const char *name)
{
    gsize length = iso_length(id), base = length;
    for (gsize i = 1; i < length; i++)
        if (id[i] == '.')
            base = i;
    const char *dot = strrchr(name, '.');
    gboolean good =
        base == length || (dot != NULL && begins(id + base + 1, length - base - 1, dot + 1));
    for (gsize tail = 0; tail <= TAIL_MAX && tail < base; tail++) {
        if (good && begins(id, base - tail, name))
            return TRUE;
        if (!g_ascii_isdigit(id[base - tail - 1]))
            return FALSE;
    }
    return FALSE;
}

/* "A/B" is a path to some, and ".." the folder above; others show another letter there. */
static gboolean is_name(const char *id)
{
    gsize length = iso_length(id);
    return is_plain(id, length) && strspn(id, ".") < length;
}

static void judge_iso(const SpVolume *volume, GHashTable *names, SpFindings *findings)
{
    g_autoptr(GHashTable) ids = g_hash_table_new_full(name_hash, name_equal, NULL, g_free);
    for (guint i = 0; i < volume->rock->len; i++) {
        const SpVolumeNode *node = volume->rock->pdata[i];
        g_autofree char *shown = sp_shown(node->id);
        Name *id = g_new(Name, 1);
        *id = (Name){node->parent, node->id, iso_length(node->id), node};
        const Name *other = g_hash_table_lookup(names, id);
        const char *version = strchr(node->id, ';');
        if (other != NULL && other->node != node)
            sp_breach(findings, SP_RULE_IMAGE_NAME_TWICE, node->path, 0,
                      "its ISO 9660 name '%s' is the name of another file", shown);
        if (!g_hash_table_replace(ids, id, id))
            sp_breach(findings, SP_RULE_IMAGE_NAME_TWICE, node->path, 0,
                      "another file has the ISO 9660 name '%s', too", shown);
        if (!is_made_of(node->id, node->name) || !is_name(node->id) ||
            (version != NULL && (node->is_dir || strcmp(version, ";1") != 0)))
            sp_breach(findings, SP_RULE_IMAGE_NAME_ISO, node->path, 0,
                      "its ISO 9660 name is '%s', not one made of this name", shown);
    }
}

void sp_judge_names(const SpVolume *volume, SpFindings *findings)
{
    g_hash_table_unref(judge_tree(volume->joliet, "Joliet", findings));
    g_autoptr(GHashTable) names = judge_tree(volume->rock, "Rock Ridge", findings);
    for (guint i = 0; i < volume->rock->len; i++) /* Joliet's are the same: image-trees */
        judge_grammar(volume->rock->pdata[i], findings);
    if (volume->has_rock)
        judge_iso(volume, names, findings);
}
