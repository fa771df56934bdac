/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outside.h"
#include "buildroot.h"
#include "fileio.h"
#include "outdir.h"
#include "outset.h"
#include "sign_rpm.h"
#include "sums.h"

#include <string.h>

#define ARMOR_LIMIT ((gsize)64 * 1024)
#define REPOMD      "repodata/repomd.xml"

/* What is signed of an RPM: its header, and its header and payload (rpm 4.11 makes both). */
static const char *const parts[] = {"header", "header-payload"};

static const char howto[] =
    "Make a detached, ASCII-armored OpenPGP signature of every file here but this one, and put it\n"
    "beside the file, with '.asc' at the end of its name:\n\n"
    "    gpg --local-user <key> --digest-algo SHA256 --armor --detach-sign <file>\n\n"
    "The key must be RSA of 2048 bits or more, the primary key must sign (no signing subkey), and\n"
    "it must not expire within 30 days. Put the public key, armored, here as\n    %s\n\n"
    "Then, for the second round (the metadata lists the digests of the signed packages):\n"
    "    suppack sign --emit <this folder> %s\n"
    "adds " REPOMD ". When that is signed too, the same command adds, for the third\n"
    "round, " SP_SUMS ", which lists every file of the image, those signatures too (an image\n"
    "without one gets none). When that is signed:\n"
    "    suppack sign --attach <this folder> %s -o <signed image>\n"
    "Last, sign the signed image in the same way: its signature lies beside it.\n";

static const char *href_of(const SpResign *resign, guint i)
{
    return ((const SpRepoPackage *)resign->survey->repodata->packages->pdata[i])->href;
}

static char *part_name(const char *href, gsize part)
{
    return g_strdup_printf("%s.%s", href, parts[part]);
}

static gboolean collect(const SpResign *resign, GPtrArray *tree, GError **error)
{
    g_autoptr(GBytes) update = sp_resign_update(resign, error);
    if (update == NULL)
        return FALSE;
    sp_tree_add_file(tree, "update.xml", 0644, update);
    for (guint i = 0; i < resign->paths->len; i++) {
        const char *href = href_of(resign, i);
        GBytes *rpm = sp_tree_find(resign->survey->entries, href)->content, *bytes[2];
        if (!sp_rpm_signed_parts(href, rpm, bytes, error))
            return FALSE;
        for (gsize k = 0; k < 2; k++) {
            g_autofree char *name = part_name(href, k);
            sp_tree_add_file(tree, name, 0644, bytes[k]);
            g_bytes_unref(bytes[k]);
        }
    }
    return TRUE;
}

static char *listing(const char *dir, const GPtrArray *tree)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < tree->len; i++)
        g_string_append_printf(out, "%s/%s\n", dir, ((const SpEntry *)tree->pdata[i])->path);
    return g_string_free(out, FALSE);
}

static gboolean first_round(SpResign *resign, const char *dir, GError **error)
{
    g_autoptr(GPtrArray) tree = sp_tree_new();
    g_autoptr(SpOutdir) out = sp_outdir_new(dir, FALSE, error);
    if (out == NULL || !sp_resign_may_name(resign, error) || !collect(resign, tree, error))
        return FALSE;
    g_autofree char *to_sign = listing(dir, tree);
    sp_tree_take_text(tree, "README.txt", 0644,
                      g_strdup_printf(howto, resign->build.key_name, resign->file, resign->file));
    return sp_buildroot_lay(sp_outdir_path(out), tree, resign->build.epoch, error) &&
           sp_outdir_publish(out, error) && sp_print(to_sign, error);
}

/* One more file of the composed image that is to be signed. */
static gboolean emit(const SpResign *resign, const char *dir, const char *path, GError **error)
{
    GBytes *content = sp_tree_find(resign->build.image, path)->content;
    g_autofree char *whole = g_build_filename(dir, path, NULL);
    g_autofree char *folder = g_path_get_dirname(whole), *name = g_path_get_basename(whole);
    g_autofree char *line = g_strdup_printf("%s/%s\n", dir, path);
    g_autoptr(SpOutset) set = sp_outset_new(folder, TRUE, error);
    SpOutfile *out = set != NULL ? sp_outset_add(set, name, error) : NULL;
    return out != NULL &&
           sp_write_bytes(sp_outfile_fd(out), content, NULL, sp_outfile_path(out), error) &&
           sp_outset_publish(set, error) && sp_print(line, error);
}

/* TRUE when what lies in `dir` is what the image has now, and its signature is there. */
static gboolean is_back(const SpResign *resign, const char *dir, const char *path)
{
    g_autofree char *file = g_build_filename(dir, path, NULL);
    g_autofree char *armor = g_strconcat(file, ".asc", NULL);
    g_autoptr(GBytes) laid = sp_map_path(file, NULL, NULL);
    return laid != NULL && g_file_test(armor, G_FILE_TEST_EXISTS) &&
           sp_bytes_same(laid, sp_tree_find(resign->build.image, path)->content);
}

static gboolean take_back(SpResign *resign, const char *dir, const char *path, GError **error)
{
    g_autoptr(GBytes) armor = sp_outside_armor(dir, path, error);
    g_autofree char *name = g_strconcat(path, ".asc", NULL);
    if (armor != NULL)
        sp_tree_add_file(resign->build.image, name, 0644, armor);
    return armor != NULL;
}

static gboolean next_round(SpResign *resign, const char *dir, GError **error)
{
    if (!sp_outside_attach(resign, dir, error) || !sp_resign_compose(resign, error))
        return FALSE;
    if (!is_back(resign, dir, REPOMD))
        return emit(resign, dir, REPOMD, error);
    return take_back(resign, dir, REPOMD, error) && take_back(resign, dir, "update.xml", error) &&
           emit(resign, dir, sp_resign_add_sums(resign) ? SP_SUMS : REPOMD, error);
}

gboolean sp_outside_emit(SpResign *resign, const char *dir, GError **error)
{
    g_autofree char *update = g_build_filename(dir, "update.xml", NULL);
    return g_file_test(update, G_FILE_TEST_EXISTS) ? next_round(resign, dir, error)
                                                   : first_round(resign, dir, error);
}

GBytes *sp_outside_armor(const char *dir, const char *path, GError **error)
{
    g_autofree char *file = g_strdup_printf("%s/%s.asc", dir, path);
    return sp_read_path(file, ARMOR_LIMIT, NULL, error);
}

static gboolean attach_one(SpResign *resign, guint i, const char *dir, GError **error)
{
    const char *href = href_of(resign, i);
    GBytes *armors[2] = {NULL, NULL};
    gboolean good = TRUE;
    for (gsize k = 0; k < 2 && good; k++) {
        g_autofree char *name = part_name(href, k);
        armors[k] = sp_outside_armor(dir, name, error);
        good = armors[k] != NULL;
    }
    good = good && sp_rpm_attach(resign->paths->pdata[i], armors, error);
    for (gsize k = 0; k < 2; k++)
        g_clear_pointer(&armors[k], g_bytes_unref);
    return good;
}

gboolean sp_outside_attach(SpResign *resign, const char *dir, GError **error)
{
    SpBuild *build = &resign->build;
    const SpEnvironment *environment = build->run->environment;
    g_autofree char *key = g_build_filename(dir, build->key_name, NULL);
    build->public_key = sp_read_path(key, ARMOR_LIMIT, NULL, error);
    if (build->public_key == NULL)
        return FALSE;
    build->fingerprint =
        sp_public_key_check(environment->tmpdir, key, build->public_key, environment->now, error);
    if (build->fingerprint == NULL || !sp_resign_may_name(resign, error))
        return FALSE;
    for (guint i = 0; i < resign->paths->len; i++)
        if (!attach_one(resign, i, dir, error))
            return FALSE;
    return TRUE;
}
