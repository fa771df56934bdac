/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "fileio.h"
#include "gallery.h"
#include "grammar.h"
#include "nearest.h"
#include "outset.h"

#include <string.h>

/* What spec/new says in the place of names. */
#define EXAMPLE_VENDOR  "EXAMPLE"
#define EXAMPLE_PRODUCT "ARRAY"

static gboolean is_empty(const char *dir, GError **error)
{
    g_autoptr(GDir) open = g_dir_open(dir, 0, NULL); /* not there is as good */
    return open == NULL || g_dir_read_name(open) == NULL ||
           sp_throw(error, SP_ERROR_SYSTEM, "cannot start a pack in '%s': it is not empty", dir);
}

/* Lower case, with '-' for what is no letter or digit. */
static char *plain(const char *text)
{
    char *lower = g_ascii_strdown(text, -1);
    for (char *at = lower; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at))
            *at = '-';
    return lower;
}

/* A pattern that matches the text and nothing else. */
static char *pattern_of(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text != '\0'; text++)
        g_string_append_printf(out, strchr(".[]()*+?{}|^", *text) != NULL ? "[%c]" : "%c", *text);
    (void)g_string_replace(out, "[^]", "\\^", 0); /* alone in brackets, '^' is no text */
    return g_string_free(out, FALSE);
}

/* Takes `new`. */
static void swap(GString *text, const char *old, char *new)
{
    (void)g_string_replace(text, old, new, 0);
    g_free(new);
}

/* The names of --vendor and --product, in a text of spec/new. */
static GBytes *fill_in(GBytes *text, const char *vendor, const char *product)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    GString *out = g_string_new_len(data, (gssize)size);
    g_autofree char *originator = plain(vendor), *name = plain(product);
    g_autofree char *key = g_ascii_strup(originator, -1);
    g_autofree char *vendors = pattern_of(vendor), *products = pattern_of(product);
    swap(out, "= example\n", g_strdup_printf("= %s\n", originator));
    swap(out, "example-multipath", g_strdup_printf("%s-%s-multipath", originator, name));
    swap(out, "RPM-GPG-KEY-" EXAMPLE_VENDOR, g_strdup_printf("RPM-GPG-KEY-%s", key));
    swap(out, "\"" EXAMPLE_PRODUCT "\"", g_strdup_printf("\"%s\"", products));
    swap(out, "\"" EXAMPLE_VENDOR "\"", g_strdup_printf("\"%s\"", vendors));
    swap(out, EXAMPLE_VENDOR " array", g_strdup_printf("%s %s", vendor, product));
    swap(out, "= " EXAMPLE_VENDOR, g_strdup_printf("= %s", vendor));
    return g_string_free_to_bytes(out);
}

static gboolean check_names(const SpOptions *options, GError **error)
{
    const char *must = sp_grammar_inquiry_vendor(options->vendor);
    if (must == NULL)
        must = sp_grammar_vendor(options->vendor);
    if (must != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--vendor '%s' %s", options->vendor, must);
    must = sp_grammar_inquiry_product(options->product);
    if (must != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--product '%s' %s", options->product, must);
    g_autofree char *originator = plain(options->vendor);
    must = sp_grammar_originator(originator);
    return must == NULL || sp_throw(error, SP_ERROR_USAGE, "--vendor '%s': '%s' as originator %s",
                                    options->vendor, originator, must);
}

static gboolean check_from(const SpRun *run, GError **error)
{
    const char *from = run->options->from;
    g_autoptr(GPtrArray) names = sp_gallery_names(run->environment->program);
    SpNearest nearest = {.word = from};
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        if (strcmp(names->pdata[i], from) == 0)
            return TRUE;
        sp_nearest_offer(&nearest, names->pdata[i]);
        g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
    }
    g_autofree char *question = sp_nearest_question(&nearest);
    sp_throw(error, SP_ERROR_USAGE, "there is no '%s' to start from%s", from, question);
    return sp_hint(error, "there are %s", all->str);
}

static gboolean add(SpOutset *set, const SpGalleryFile *file, const SpOptions *options,
                    GError **error)
{
    g_autoptr(GBytes) text = options->vendor != NULL
                                 ? fill_in(file->text, options->vendor, options->product)
                                 : g_bytes_ref(file->text);
    SpOutfile *out = sp_outset_add(set, file->name, error);
    gsize size = 0;
    const void *data = g_bytes_get_data(text, &size);
    return out != NULL && sp_write_all(sp_outfile_fd(out), data, size, sp_outfile_path(out), error);
}

gboolean sp_cmd_new(const SpRun *run, GError **error)
{
    const SpOptions *options = run->options;
    const char *dir = options->operands->pdata[0];
    if ((options->vendor != NULL && !check_names(options, error)) ||
        (options->from != NULL && !check_from(run, error)) || !is_empty(dir, error))
        return FALSE;
    g_autoptr(GPtrArray) files = sp_gallery_read(
        run->environment->program, options->from != NULL ? options->from : "new", error);
    g_autoptr(SpOutset) set = files != NULL ? sp_outset_new(dir, FALSE, error) : NULL;
    if (set == NULL)
        return FALSE;
    for (guint i = 0; i < files->len; i++)
        if (!add(set, files->pdata[i], options, error))
            return FALSE;
    if (!sp_outset_publish(set, error))
        return FALSE;
    g_autofree char *line = g_strdup_printf("%s/pack.ini\n", dir);
    return sp_print(line, error);
}
