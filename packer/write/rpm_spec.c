/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_spec.h"

#include <string.h>

typedef struct {
    const char *start;
    SpSpecWord word;
} Start;

static const Start preamble[] = {
    {"Name:", SP_SPEC_NAME},         {"Version:", SP_SPEC_VERSION},
    {"Release:", SP_SPEC_RELEASE},   {"Summary:", SP_SPEC_SUMMARY},
    {"License:", SP_SPEC_LICENSE},   {"Vendor:", SP_SPEC_VENDOR},
    {"Group:", SP_SPEC_GROUP},       {"BuildArch:", SP_SPEC_ARCH},
    {"Requires:", SP_SPEC_REQUIRES}, {"%global _binary_filedigest_algorithm ", SP_SPEC_DIGEST}};

static const Start sections[] = {{"%description", SP_SPEC_DESCRIPTION},
                                 {"%post", SP_SPEC_POST},
                                 {"%preun", SP_SPEC_PREUN},
                                 {"%postun", SP_SPEC_POSTUN},
                                 {"%posttrans", SP_SPEC_POSTTRANS},
                                 {"%triggerin -- ", SP_SPEC_TRIGGERIN}};

/* Appends to what is there already. */
static void add(SpRpmSpec *spec, SpSpecWord word, const char *between, const char *text)
{
    char *old = spec->text[word];
    spec->text[word] =
        old != NULL ? g_strconcat(old, between, text, NULL) : g_strchomp(g_strdup(text));
    g_free(old);
}

static gboolean read_preamble(SpRpmSpec *spec, const char *line)
{
    /* Nothing is ever guessed here; for the real rpmbuild this has to be said. */
    if (line[0] == '\0' || line[0] == '#' || g_str_has_prefix(line, "AutoReqProv:"))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(preamble); i++) {
        gsize length = strlen(preamble[i].start);
        SpSpecWord word = preamble[i].word;
        if (strncmp(line, preamble[i].start, length) != 0 ||
            (spec->text[word] != NULL && word != SP_SPEC_REQUIRES))
            continue;
        add(spec, word, ", ", line + length + strspn(line + length, " "));
        return TRUE;
    }
    return FALSE;
}

/* The section that this line opens; SP_SPEC_WORDS when it opens none that is known and new. */
static SpSpecWord open_section(SpRpmSpec *spec, const char *line)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        SpSpecWord word = sections[i].word;
        gsize length = strlen(sections[i].start);
        gboolean trigger = word == SP_SPEC_TRIGGERIN;
        if (strncmp(line, sections[i].start, length) != 0 || spec->text[word] != NULL ||
            (line[length] == '\0') == trigger)
            continue;
        if (trigger)
            add(spec, SP_SPEC_TRIGGERS, "", line + length);
        add(spec, word, "", "");
        return word;
    }
    return SP_SPEC_WORDS;
}

static gboolean is_whole(const char *file, const SpRpmSpec *spec, GError **error)
{
    static const SpSpecWord needed[] = {SP_SPEC_NAME,    SP_SPEC_VERSION, SP_SPEC_RELEASE,
                                        SP_SPEC_SUMMARY, SP_SPEC_LICENSE, SP_SPEC_DESCRIPTION};
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
        if (spec->text[needed[i]] == NULL || spec->text[needed[i]][0] == '\0')
            return sp_throw(error, SP_ERROR_SYSTEM, "spec '%s' has no %s", file,
                            needed[i] == SP_SPEC_DESCRIPTION ? "%description"
                                                             : preamble[needed[i]].start);
    return TRUE;
}

SpRpmSpec *sp_rpm_spec_parse(const char *file, GBytes *text, GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *copy = g_strndup(size > 0 ? data : "", size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(SpRpmSpec) spec = g_new0(SpRpmSpec, 1);
    SpSpecWord section = SP_SPEC_WORDS; /* the preamble */
    for (guint i = 0; lines[i] != NULL; i++) {
        gboolean good = TRUE;
        if (lines[i][0] == '%' && !g_str_has_prefix(lines[i], "%global ")) {
            section = open_section(spec, lines[i]);
            good = section != SP_SPEC_WORDS;
        } else if (section == SP_SPEC_WORDS) {
            good = read_preamble(spec, lines[i]);
        } else {
            add(spec, section, spec->text[section][0] != '\0' ? "\n" : "", lines[i]);
        }
        if (!good) {
            sp_throw(error, SP_ERROR_SYSTEM, "spec '%s' line %u: '%s' is not understood", file,
                     i + 1, lines[i]);
            return NULL;
        }
    }
    for (SpSpecWord word = 0; word < SP_SPEC_WORDS; word++)
        if (spec->text[word] != NULL)
            g_strchomp(spec->text[word]);
    if (spec->text[SP_SPEC_ARCH] == NULL)
        add(spec, SP_SPEC_ARCH, "", "x86_64");
    if (spec->text[SP_SPEC_DIGEST] == NULL)
        add(spec, SP_SPEC_DIGEST, "", "8");
    return is_whole(file, spec, error) ? g_steal_pointer(&spec) : NULL;
}

void sp_rpm_spec_free(SpRpmSpec *spec)
{
    if (spec == NULL)
        return;
    for (SpSpecWord word = 0; word < SP_SPEC_WORDS; word++)
        g_free(spec->text[word]);
    g_free(spec);
}
