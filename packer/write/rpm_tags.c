/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_tags.h"

#include <rpm/rpmds.h>
#include <string.h>

static const char shell[] = "/bin/sh";

typedef struct {
    char *name;
    char *version; /* "" for any */
    guint32 flags;
} Need;

static void clear_need(gpointer data)
{
    Need *need = data;
    g_free(need->name);
    g_free(need->version);
}

/* As rpm sorts them. */
static gint compare_needs(gconstpointer a, gconstpointer b)
{
    const Need *one = a, *other = b;
    int order = strcmp(one->name, other->name);
    if (order == 0)
        order = strcmp(one->version, other->version);
    return order != 0 ? order : (one->flags > other->flags) - (one->flags < other->flags);
}

static void need(GArray *needs, const char *name, const char *version, guint32 flags)
{
    Need one = {g_strdup(name), g_strdup(version), flags};
    for (guint i = 0; i < needs->len; i++) {
        if (compare_needs(&one, &g_array_index(needs, Need, i)) == 0) {
            clear_need(&one);
            return;
        }
    }
    g_array_append_val(needs, one);
}

static gboolean read_need(GArray *needs, const char *text, GError **error)
{
    static const struct {
        const char *word;
        guint32 flags;
    } operators[] = {{"=", RPMSENSE_EQUAL},
                     {"<", RPMSENSE_LESS},
                     {">", RPMSENSE_GREATER},
                     {"<=", RPMSENSE_LESS | RPMSENSE_EQUAL},
                     {">=", RPMSENSE_GREATER | RPMSENSE_EQUAL}};
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint count = g_strv_length(words);
    if (count == 1 && words[0][0] != '\0') {
        need(needs, words[0], "", RPMSENSE_ANY);
        return TRUE;
    }
    for (gsize i = 0; count == 3 && i < G_N_ELEMENTS(operators); i++) {
        if (strcmp(words[1], operators[i].word) == 0) {
            need(needs, words[0], words[2], operators[i].flags);
            return TRUE;
        }
    }
    return sp_throw(error, SP_ERROR_SYSTEM, "'%s' is not a requirement", text);
}

void sp_rpm_put(Header header, rpmTagVal tag, rpmTagType type, const void *data, guint count)
{
    struct rpmtd_s value = {
        .tag = tag, .type = type, .count = count, .data = (void *)(gpointer)data};
    if (headerPut(header, &value, HEADERPUT_APPEND) != 1)
        g_error("librpm does not take tag %d", (int)tag);
}

void sp_rpm_put_string(Header header, rpmTagVal tag, const char *text)
{
    if (headerPutString(header, tag, text) != 1)
        g_error("librpm does not take tag %d", (int)tag);
}

/* An array since rpm 4.6 where it has arguments; rpm 4.4 reads a string. */
static void put_program(Header header, rpmTagVal tag)
{
    sp_rpm_put(header, tag, RPM_STRING_TYPE, shell, 1);
}

void sp_rpm_put_number(Header header, rpmTagVal tag, guint32 number)
{
    sp_rpm_put(header, tag, RPM_INT32_TYPE, &number, 1);
}

static const struct {
    SpSpecWord word;
    rpmTagVal tag;
} texts[] = {{SP_SPEC_NAME, RPMTAG_NAME},       {SP_SPEC_VERSION, RPMTAG_VERSION},
             {SP_SPEC_RELEASE, RPMTAG_RELEASE}, {SP_SPEC_SUMMARY, RPMTAG_SUMMARY},
             {SP_SPEC_LICENSE, RPMTAG_LICENSE}, {SP_SPEC_DESCRIPTION, RPMTAG_DESCRIPTION},
             {SP_SPEC_VENDOR, RPMTAG_VENDOR},   {SP_SPEC_GROUP, RPMTAG_GROUP},
             {SP_SPEC_ARCH, RPMTAG_ARCH}};

static const struct {
    SpSpecWord word;
    rpmTagVal script, program;
    guint32 flag;
} scripts[] = {{SP_SPEC_POST, RPMTAG_POSTIN, RPMTAG_POSTINPROG, RPMSENSE_SCRIPT_POST},
               {SP_SPEC_PREUN, RPMTAG_PREUN, RPMTAG_PREUNPROG, RPMSENSE_SCRIPT_PREUN},
               {SP_SPEC_POSTUN, RPMTAG_POSTUN, RPMTAG_POSTUNPROG, RPMSENSE_SCRIPT_POSTUN},
               {SP_SPEC_POSTTRANS, RPMTAG_POSTTRANS, RPMTAG_POSTTRANSPROG, RPMSENSE_POSTTRANS}};

static void put_trigger(Header header, const SpRpmSpec *spec)
{
    g_auto(GStrv) names = g_strsplit(spec->text[SP_SPEC_TRIGGERS], ", ", -1);
    sp_rpm_put_string(header, RPMTAG_TRIGGERSCRIPTS, spec->text[SP_SPEC_TRIGGERIN]);
    sp_rpm_put_string(header, RPMTAG_TRIGGERSCRIPTPROG, shell);
    for (guint i = 0; names[i] != NULL; i++) {
        sp_rpm_put_string(header, RPMTAG_TRIGGERNAME, names[i]);
        sp_rpm_put_string(header, RPMTAG_TRIGGERVERSION, "");
        sp_rpm_put_number(header, RPMTAG_TRIGGERFLAGS, RPMSENSE_TRIGGERIN);
        sp_rpm_put_number(header, RPMTAG_TRIGGERINDEX, 0);
    }
}

/* What rpm below the version in it would not understand of this package. */
static void need_features(GArray *needs, const SpRpmSpec *spec)
{
    const guint32 flags = RPMSENSE_RPMLIB | RPMSENSE_LESS | RPMSENSE_EQUAL;
    gboolean tilde = strchr(spec->text[SP_SPEC_VERSION], '~') != NULL,
             caret = strchr(spec->text[SP_SPEC_VERSION], '^') != NULL;
    for (guint i = 0; i < needs->len; i++) {
        const Need *one = &g_array_index(needs, Need, i);
        tilde = tilde || strchr(one->version, '~') != NULL;
        caret = caret || strchr(one->version, '^') != NULL;
    }
    need(needs, "rpmlib(CompressedFileNames)", "3.0.4-1", flags);
    need(needs, "rpmlib(PayloadFilesHavePrefix)", "4.0-1", flags);
    if (strcmp(spec->text[SP_SPEC_DIGEST], "1") != 0)
        need(needs, "rpmlib(FileDigests)", "4.6.0-1", flags);
    if (tilde)
        need(needs, "rpmlib(TildeInVersions)", "4.10.0-1", flags);
    if (caret)
        need(needs, "rpmlib(CaretInVersions)", "4.15.0-1", flags);
}

static gboolean put_needs(Header header, const SpRpmSpec *spec, GError **error)
{
    g_autoptr(GArray) needs = g_array_new(FALSE, FALSE, sizeof(Need));
    g_array_set_clear_func(needs, clear_need);
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++)
        if (spec->text[scripts[i].word] != NULL)
            need(needs, shell, "", RPMSENSE_INTERP | scripts[i].flag);
    if (spec->text[SP_SPEC_TRIGGERIN] != NULL)
        need(needs, shell, "", RPMSENSE_INTERP);
    const char *listed = spec->text[SP_SPEC_REQUIRES];
    g_auto(GStrv) all = g_strsplit(listed != NULL ? listed : "", ",", -1);
    for (guint i = 0; all[i] != NULL; i++)
        if (!read_need(needs, g_strstrip(all[i]), error))
            return FALSE;
    need_features(needs, spec);
    g_array_sort(needs, compare_needs);
    for (guint i = 0; i < needs->len; i++) {
        const Need *one = &g_array_index(needs, Need, i);
        sp_rpm_put_string(header, RPMTAG_REQUIRENAME, one->name);
        sp_rpm_put_string(header, RPMTAG_REQUIREVERSION, one->version);
        sp_rpm_put_number(header, RPMTAG_REQUIREFLAGS, one->flags);
    }
    return TRUE;
}

gboolean sp_rpm_put_spec(Header header, const SpRpmSpec *spec, GError **error)
{
    sp_rpm_put_string(header, RPMTAG_HEADERI18NTABLE, "C");
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (spec->text[texts[i].word] != NULL)
            sp_rpm_put_string(header, texts[i].tag, spec->text[texts[i].word]);
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        if (spec->text[scripts[i].word] == NULL)
            continue;
        sp_rpm_put_string(header, scripts[i].script, spec->text[scripts[i].word]);
        put_program(header, scripts[i].program);
    }
    if (spec->text[SP_SPEC_TRIGGERIN] != NULL)
        put_trigger(header, spec);
    g_autofree char *version =
        g_strdup_printf("%s-%s", spec->text[SP_SPEC_VERSION], spec->text[SP_SPEC_RELEASE]);
    sp_rpm_put_string(header, RPMTAG_PROVIDENAME, spec->text[SP_SPEC_NAME]);
    sp_rpm_put_string(header, RPMTAG_PROVIDEVERSION, version);
    sp_rpm_put_number(header, RPMTAG_PROVIDEFLAGS, RPMSENSE_EQUAL);
    return put_needs(header, spec, error);
}
