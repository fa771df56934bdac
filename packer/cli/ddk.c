/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ddk.h"
#include "carry.h"
#include "fileio.h"
#include "grammar.h"
#include "repodata_in.h"
#include "rules.h"
#include "sign_detached.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

#define SCRIPT_LIMIT ((gsize)1024 * 1024)
#define NOWHERE      ((size_t)-1)
#define AT(field)    offsetof(SpDdk, field)

/* One row an option of build-update. */
static const struct {
    const char *name;
    int letter; /* or 0 */
    gboolean argument, required;
    size_t offset; /* of a const char * in SpDdk, or NOWHERE */
} table[] = {
    {"uuid", 0, TRUE, TRUE, AT(uuid)},
    {"label", 'l', TRUE, TRUE, AT(label)},
    {"version", 'v', TRUE, TRUE, AT(version)},
    {"description", 'd', TRUE, TRUE, AT(description)},
    {"output", 'o', TRUE, TRUE, AT(output)},
    {"key", 'k', TRUE, FALSE, AT(key)},
    {"keyfile", 0, TRUE, FALSE, AT(keyfile)},
    {"base-requires", 0, TRUE, FALSE, AT(base_requires)},
    {"after-apply", 0, TRUE, FALSE, AT(after_apply)},
    {"precheck", 0, TRUE, FALSE, AT(precheck)},
    {"remove", 0, TRUE, FALSE, AT(remove)},
    {"groupfile", 0, TRUE, FALSE, AT(groupfile)},
    /* The agent asks, or knows: there is none to be typed here. */
    {"no-passphrase", 0, FALSE, FALSE, NOWHERE},
    {"rollups", 0, TRUE, FALSE, NOWHERE},
};
#define ROWS G_N_ELEMENTS(table)

const char *sp_ddk_help(void)
{
    return "\nAs the DDK calls build-update, in the place of PACK.ini:\n"
           "  --uuid U --label L --version V --description D --output FILE.iso\n"
           "  [--key ID --keyfile FILE] [--base-requires R] [--after-apply GUIDANCE]\n"
           "  [--precheck FILE] [--remove FILE] [--groupfile FILE] [--no-passphrase] RPM...\n"
           "  -l -v -d -o -k are short for --label --version --description --output --key;\n"
           "  without --key the image is not signed; FILE.iso is replaced.\n";
}

static gboolean is_option(const char *word, const char *name)
{
    gsize length = strlen(name);
    return g_str_has_prefix(word, "--") && strncmp(word + 2, name, length) == 0 &&
           (word[2 + length] == '\0' || word[2 + length] == '=');
}

gboolean sp_ddk_is_called(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_option(argv[i], "uuid") || is_option(argv[i], "label"))
            return TRUE;
    return FALSE;
}

void sp_ddk_free(SpDdk *ddk)
{
    if (ddk == NULL)
        return;
    g_ptr_array_unref(ddk->rpms);
    g_free(ddk);
}

static const char **slot_of(SpDdk *ddk, gsize row)
{
    return (const char **)(void *)((char *)ddk + table[row].offset);
}

static gboolean take(SpDdk *ddk, gsize row, const char *value, GError **error)
{
    if (strcmp(table[row].name, "rollups") == 0 && value[0] != '\0')
        return sp_throw(
            error, SP_ERROR_USAGE,
            "--rollups '%s' is not taken: only the product's own hotfixes roll others up", value);
    if (table[row].offset == NOWHERE)
        return TRUE;
    const char **slot = slot_of(ddk, row);
    if (*slot != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--%s is given twice", table[row].name);
    *slot = value;
    return TRUE;
}

static gboolean check(SpDdk *ddk, GError **error)
{
    for (gsize row = 0; row < ROWS; row++)
        if (table[row].required && *slot_of(ddk, row) == NULL)
            return sp_throw(error, SP_ERROR_USAGE, "--%s must be given beside --%s",
                            table[row].name, ddk->uuid != NULL ? "uuid" : "label");
    if (ddk->rpms->len == 0)
        return sp_throw(error, SP_ERROR_USAGE, "no RPM is given");
    if (ddk->keyfile != NULL && ddk->key == NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--keyfile is given, but no --key");
    return TRUE;
}

SpDdk *sp_ddk_parse(int argc, char **argv, GError **error)
{
    struct option longs[ROWS + 1] = {0};
    g_autoptr(GString) letters = g_string_new(":");
    for (gsize row = 0; row < ROWS; row++) {
        longs[row] =
            (struct option){table[row].name, table[row].argument ? required_argument : no_argument,
                            NULL, 256 + (int)row};
        if (table[row].letter != 0)
            g_string_append_printf(letters, "%c:", table[row].letter);
    }
    g_autoptr(SpDdk) ddk = g_new0(SpDdk, 1);
    ddk->rpms = g_ptr_array_new();
    opterr = 0;
    optind = 0;
    for (int code; (code = getopt_long(argc, argv, letters->str, longs, NULL)) != -1;) {
        if (code == '?' || code == ':') {
            sp_throw(error, SP_ERROR_USAGE,
                     code == ':' ? "option '%s' needs an argument"
                                 : "unknown option '%s' beside build-update's",
                     argv[optind - 1]);
            return NULL;
        }
        gsize row = (gsize)code - 256;
        for (gsize k = 0; k < ROWS && code < 256; k++)
            if (table[k].letter == code)
                row = k;
        if (!take(ddk, row, optarg, error))
            return NULL;
    }
    for (int i = optind; i < argc; i++)
        g_ptr_array_add(ddk->rpms, argv[i]);
    return check(ddk, error) ? g_steal_pointer(&ddk) : NULL;
}

static void free_field(gpointer data)
{
    sp_field_free(data);
}

/* build-update knows no originator and no vendor: the first is asked for by the classic half only,
 * and the second is who signs, if a key file says so. */
static char *vendor_of(const SpDdk *ddk)
{
    g_autofree char *base = g_path_get_basename(ddk->keyfile != NULL ? ddk->keyfile : "");
    const char *prefix = "RPM-GPG-KEY-";
    return g_strdup(g_str_has_prefix(base, prefix) ? base + strlen(prefix) : ddk->label);
}

/* By the rules of descriptions. Its version may be what no description takes; the rules get another
 * in its place then. */
static SpPack *apply_rules(const SpDdk *ddk, SpFindings *findings)
{
    const char *must = sp_grammar_ddk_version(ddk->version);
    if (must != NULL) {
        g_autofree char *shown = sp_shown(ddk->version);
        sp_findings_add(findings, SP_BAD, "version-grammar", SP_DDK_PLACE, 0, "version '%s' %s",
                        shown, must);
    }
    gboolean plain = sp_grammar_version(ddk->version) == NULL;
    g_autofree char *vendor = vendor_of(ddk);
    const char *const values[][3] = {
        {"pack", "originator", "ddk"},
        {"pack", "vendor", vendor},
        {"pack", "label", ddk->label},
        {"pack", "version", plain ? ddk->version : "999999.999999"},
        {"pack", "description", ddk->description},
        {"pack", "uuid", ddk->uuid},
        {"pack", "guidance", ddk->after_apply},
        {"targets", "base-requires", ddk->base_requires},
        {"packages", "files", "on-the-command-line"},
    };
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(free_field);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        if (values[i][2] != NULL)
            g_ptr_array_add(fields, sp_field_new(values[i][0], values[i][1], values[i][2], 0));
    SpPack *pack = sp_rules_apply(fields, SP_DDK_PLACE, findings);
    if (pack == NULL)
        return NULL;
    g_free(pack->version);
    pack->version = g_strdup(ddk->version);
    return pack;
}

static gboolean read_file(const char *path, GBytes **bytes, gint64 *newest, GError **error)
{
    gint64 mtime = 0;
    if (path == NULL)
        return TRUE;
    *bytes = sp_read_path(path, SCRIPT_LIMIT, &mtime, error);
    *newest = MAX(*newest, mtime);
    return *bytes != NULL;
}

/* xapi runs it as a program, so the kernel must know what to run it with. */
static void check_script(const char *path, GBytes *script, SpFindings *findings)
{
    gsize size = 0;
    const char *data = script != NULL ? g_bytes_get_data(script, &size) : NULL;
    if (script != NULL && (size < 3 || memcmp(data, "#!/", 3) != 0))
        sp_findings_add(findings, SP_BAD, "script-interpreter", path, 1,
                        "a script must begin with '#!' and the path of its interpreter");
}

static gboolean has_member(GPtrArray *members, const char *name)
{
    return g_ptr_array_find_with_equal_func(members, name, g_str_equal, NULL);
}

static void check_groups(const SpDdk *ddk, GBytes *comps, SpFindings *findings)
{
    if (comps == NULL)
        return;
    g_autoptr(SpRepodata) groups = sp_repodata_new();
    g_autofree char *member = g_strconcat("update-", ddk->label, NULL);
    sp_comps_read(ddk->groupfile, comps, groups, findings);
    const char *missing = has_member(groups->group_members, member) ? NULL : "update";
    if (missing == NULL && groups->has_drivers && !has_member(groups->driver_members, member))
        missing = "drivers";
    if (missing != NULL)
        sp_findings_add(findings, SP_BAD, "group-file", ddk->groupfile, 0,
                        "group '%s' has no mandatory member '%s'", missing, member);
}

static gboolean read_files(const SpDdk *ddk, SpPack *pack, SpFindings *findings, gint64 *newest,
                           GError **error)
{
    if (!read_file(ddk->precheck, &pack->precheck, newest, error) ||
        !read_file(ddk->remove, &pack->remove, newest, error) ||
        !read_file(ddk->groupfile, &pack->comps, newest, error))
        return FALSE;
    check_script(ddk->precheck, pack->precheck, findings);
    check_script(ddk->remove, pack->remove, findings);
    check_groups(ddk, pack->comps, findings);
    g_autoptr(GPtrArray) sources = sp_carry_sources();
    for (guint i = 0; i < ddk->rpms->len; i++)
        if (!sp_carry_open(sources, ddk->rpms->pdata[i], newest, error))
            return FALSE;
    const SpCarryPlace place = {.file = SP_DDK_PLACE};
    return sp_carry_read(pack, sources, &place, findings, error);
}

static void name_key(const SpDdk *ddk, SpPack *pack, SpFindings *findings)
{
    if (ddk->keyfile == NULL)
        return;
    pack->key_file = g_path_get_basename(ddk->keyfile);
    const char *must = sp_grammar_key_file(pack->key_file);
    if (must != NULL) {
        g_autofree char *shown = sp_shown(pack->key_file);
        sp_findings_add(findings, SP_BAD, "key-file-grammar", SP_DDK_PLACE, 0, "keyfile '%s' %s",
                        shown, must);
    }
}

SpPack *sp_ddk_pack(const SpDdk *ddk, SpFindings *findings, gint64 *newest, GError **error)
{
    g_autoptr(SpPack) pack = apply_rules(ddk, findings);
    if (pack == NULL)
        pack = sp_pack_new(); /* refused; what is wrong with the files is told with it */
    pack->as_ddk = TRUE;
    name_key(ddk, pack, findings);
    if (!read_files(ddk, pack, findings, newest, error))
        return NULL;
    return findings->bad == 0 ? g_steal_pointer(&pack) : NULL;
}

GBytes *sp_ddk_public_key(const SpDdk *ddk, const SpEnvironment *environment,
                          const char *fingerprint, GError **error)
{
    g_autoptr(GBytes) key = sp_read_path(ddk->keyfile, SCRIPT_LIMIT, NULL, error);
    g_autofree char *found = key != NULL ? sp_public_key_check(environment->tmpdir, ddk->keyfile,
                                                               key, environment->now, error)
                                         : NULL;
    if (found == NULL)
        return NULL;
    if (strcmp(found, fingerprint) == 0)
        return g_steal_pointer(&key);
    sp_throw(error, SP_ERROR_KEY, "'%s' is the public key %s, and not %s of --key", ddk->keyfile,
             found, fingerprint);
    return NULL;
}
