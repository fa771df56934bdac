/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build_values.h"
#include "carried.h"

#include <string.h>

/* In groups of four, as people compare them. */
static char *grouped(const char *fingerprint)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; fingerprint[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(out, ' ');
        g_string_append_c(out, fingerprint[i]);
    }
    return g_string_free(out, FALSE);
}

static void name_carried(const SpPack *pack, SpBuildValues *values)
{
    GString *names = g_string_new(NULL), *requires = g_string_new(NULL);
    for (guint i = 0; i < pack->carried->len; i++) {
        const SpPackage *package = ((SpCarried *)pack->carried->pdata[i])->package;
        g_autofree char *requirement = sp_carried_requirement(package);
        g_string_append_printf(names, "%s%s", i > 0 ? " " : "", package->name);
        g_string_append_printf(requires, "%sRequires:       %s", i > 0 ? "\n" : "", requirement);
    }
    values->rpms =
        pack->carried->len > 0 ? g_strdup("Packages/*.rpm") : sp_role_path(SP_PAYLOAD, pack);
    values->carried = g_string_free(names, FALSE);
    values->requires = g_string_free(requires, FALSE);
}

typedef struct {
    GString *lines;
    const char *folder;
} Place;

static void add_line(const char *file, GBytes *text, gpointer data)
{
    (void)text;
    const Place *place = data;
    g_string_append_printf(place->lines, "%s%%attr(0644,root,root) %s/%s",
                           place->lines->len > 0 ? "\n" : "", place->folder, file);
}

/* Line by line: a pattern would be looked for in a build root whose own path may look like one. */
static char *stanza_lines(const SpPack *pack, const char *folder)
{
    GString *lines = g_string_new(NULL);
    g_autofree char *below = g_strdup_printf("%s/share/%s", folder, pack->label);
    Place place = {lines, below};
    sp_pack_texts(pack, add_line, &place);
    return g_string_free(lines, FALSE);
}

static void name_stanzas(const SpPack *pack, SpBuildValues *values)
{
    g_autofree char *payload = g_strdup_printf("/opt/%s", pack->label);
    g_autofree char *control = g_strdup_printf("/var/update/%s", pack->uuid);
    values->payload_stanzas = stanza_lines(pack, payload);
    values->control_stanzas = stanza_lines(pack, control);
}

/* What only the vendor's text can tell: what hosts get of it, and the vendor's notes. Without the
 * last line end, which the template has. */
static char *appendix_of(const SpPack *pack)
{
    if (pack->appendix != NULL)
        return g_strdup(pack->appendix);
    g_autofree char *table = sp_delivery_text(pack->delivery, "  ");
    GString *out = g_string_new(NULL);
    if (table[0] != '\0')
        g_string_append_printf(out,
                               SP_APPENDIX
                               "\n    Of the settings in the vendor's text, and line by "
                               "line what differs from it:\n%s",
                               table);
    if (pack->notes != NULL)
        g_string_append_printf(out, "%s" SP_APPENDIX_NOTES "\n", out->len > 0 ? "\n" : "");
    gsize size = 0;
    const char *notes = pack->notes != NULL ? g_bytes_get_data(pack->notes, &size) : "";
    g_string_append_len(out, notes, (gssize)size);
    g_string_truncate(out, out->len > 0 ? out->len - 1 : 0);
    return g_string_free(out, FALSE);
}

SpBuildValues *sp_build_values_new(const SpBuild *build)
{
    const SpPack *pack = build->pack;
    gboolean is_signed = build->fingerprint != NULL;
    SpBuildValues *out = g_new0(SpBuildValues, 1);
    out->fingerprint = grouped(is_signed ? build->fingerprint : "");
    out->version = sp_pack_rpm_version(pack);
    out->appendix = appendix_of(pack);
    name_carried(pack, out);
    name_stanzas(pack, out);
    const SpTemplateValue values[] = {
        {"originator", pack->originator},
        {"appendix", out->appendix},
        {"label", pack->label},
        {"version", pack->version},
        {"rpm-version", out->version},
        {"vendor", pack->vendor},
        {"description", pack->description},
        {"uuid", pack->uuid},
        {"base-requires", pack->base_requires},
        {"restart-host", sp_pack_has_guidance(pack, "restartHost") ? "yes" : ""},
        {"eula", pack->eula != NULL ? "yes" : ""},
        {"homogeneous", pack->homogeneous ? "yes" : ""},
        {"classic", pack->classic ? "yes" : ""},
        {"storagelink", pack->storagelink ? "yes" : ""},
        {"storagelink-vendor", pack->storagelink_vendor},
        {"storagelink-product", pack->storagelink_product},
        {"bare", pack->bare ? "yes" : ""},
        {"precheck", pack->bare && pack->precheck == NULL ? "" : "yes"},
        {"carried", out->carried},
        {"carried-requires", out->requires},
        {"plain-rpms", out->rpms},
        {"payload-stanzas", out->payload_stanzas},
        {"control-stanzas", out->control_stanzas},
        {"signed", is_signed ? "yes" : ""},
        {"unsigned", is_signed ? "" : "yes"},
        {"key", build->key_name},
        {"fingerprint", out->fingerprint},
        {NULL, NULL},
    };
    G_STATIC_ASSERT(sizeof(values) <= sizeof(out->values));
    memcpy(out->values, values, sizeof(values));
    return out;
}

void sp_build_values_free(SpBuildValues *values)
{
    if (values == NULL)
        return;
    g_free(values->appendix);
    g_free(values->fingerprint);
    g_free(values->version);
    g_free(values->carried);
    g_free(values->requires);
    g_free(values->rpms);
    g_free(values->payload_stanzas);
    g_free(values->control_stanzas);
    g_free(values);
}
