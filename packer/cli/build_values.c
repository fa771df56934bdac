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

/* Line by line: a pattern would be looked for in a build root whose own path may look like one. */
static char *stanza_lines(const SpPack *pack, const char *folder)
{
    GString *lines = g_string_new(NULL);
    for (SpParser p = SP_0_4_7; p < SP_PARSERS && pack->text[p] != NULL; p++) {
        if (sp_pack_text_owner(pack, p) != p)
            continue;
        g_autofree char *file = sp_pack_text_file(pack, p);
        g_string_append_printf(lines, "%s%%attr(0644,root,root) %s/share/%s/%s",
                               lines->len > 0 ? "\n" : "", folder, pack->label, file);
    }
    return g_string_free(lines, FALSE);
}

static void name_stanzas(const SpPack *pack, SpBuildValues *values)
{
    g_autofree char *payload = g_strdup_printf("/opt/%s", pack->label);
    g_autofree char *control = g_strdup_printf("/var/update/%s", pack->uuid);
    values->payload_stanzas = stanza_lines(pack, payload);
    values->control_stanzas = stanza_lines(pack, control);
}

SpBuildValues *sp_build_values_new(const SpBuild *build)
{
    const SpPack *pack = build->pack;
    gboolean is_signed = build->fingerprint != NULL;
    SpBuildValues *out = g_new0(SpBuildValues, 1);
    out->fingerprint = grouped(is_signed ? build->fingerprint : "");
    out->version = sp_pack_rpm_version(pack);
    name_carried(pack, out);
    name_stanzas(pack, out);
    const SpTemplateValue values[] = {
        {"originator", pack->originator},
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
    g_free(values->fingerprint);
    g_free(values->version);
    g_free(values->carried);
    g_free(values->requires);
    g_free(values->rpms);
    g_free(values->payload_stanzas);
    g_free(values->control_stanzas);
    g_free(values);
}
