/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover.h"
#include "epoch.h"
#include "quote.h"
#include "report.h"
#include "sums.h"

#include <string.h>

static void row(GString *out, const char *name, const char *value)
{
    g_autofree char *safe = sp_escape(value, FALSE);
    g_string_append_printf(out, "%-14s %s\n", name, safe[0] != '\0' ? safe : "-");
}

GStrv sp_report_base_requires(const SpSurvey *survey)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (strcmp(package->name, survey->update->control) != 0)
            continue;
        for (guint k = 0; package->depends != NULL && package->depends[k] != NULL; k++)
            if (package->depends[k][0] != '/' && !g_str_has_prefix(package->depends[k], "rpmlib("))
                g_ptr_array_add(list, g_strdup(package->depends[k]));
    }
    g_ptr_array_add(list, NULL);
    return (GStrv)g_ptr_array_steal(list, NULL);
}

static void add_update(GString *out, const SpSurvey *survey)
{
    const SpUpdate *update = survey->update;
    g_autofree char *size = g_strdup_printf("%" G_GINT64_FORMAT " bytes", survey->size);
    g_autofree char *installed =
        g_strdup_printf("%" G_GINT64_FORMAT " bytes", update->installation_size);
    g_auto(GStrv) requires = sp_report_base_requires(survey);
    g_autofree char *base = g_strjoinv(", ", requires);
    row(out, "image", survey->file);
    row(out, "size", size);
    row(out, "volume", survey->volume_id);
    row(out, "label", update->label);
    row(out, "version", update->version);
    row(out, "uuid", update->uuid);
    row(out, "description", update->description);
    row(out, "guidance", update->guidance);
    row(out, "homogeneous", update->homogeneous ? "yes" : "no");
    row(out, "key", update->key);
    row(out, "control", update->control);
    row(out, "base-requires", base);
    row(out, "installed", installed);
}

static const char *state_text(SpSigState state)
{
    static const char *const texts[SP_SIG_STATES] = {
        [SP_SIG_NONE] = "NOT SIGNED",
        [SP_SIG_GOOD] = "good",
        [SP_SIG_BAD] = "BAD SIGNATURE",
        [SP_SIG_NO_KEY] = "NOT VERIFIED, made by a key that is not on the image",
        [SP_SIG_EXPIRED] = "NOT GOOD, the signature or its key is expired or revoked",
    };
    return texts[state];
}

static void add_signature(GString *out, const char *place, const SpSignature *signature)
{
    g_autofree char *safe = sp_escape(place, FALSE);
    g_string_append_printf(out, "  %s: %s", safe, state_text(signature->state));
    if (signature->key_id[0] != '\0')
        g_string_append_printf(out, ", key %s", signature->key_id);
    if (signature->algorithm[0] != '\0')
        g_string_append_printf(out, ", %s", signature->algorithm);
    if (signature->made != 0) {
        g_autofree char *when = sp_epoch_iso8601(signature->made);
        g_string_append_printf(out, ", %s", when);
    }
    if (signature->signer[0] != '\0') {
        g_autofree char *signer = sp_escape(signature->signer, FALSE);
        g_string_append_printf(out, ", by '%s'", signer);
    }
    g_string_append_c(out, '\n');
}

static void add_package_signatures(GString *out, const SpSurvey *survey, gboolean all)
{
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (!sp_survey_is_classic(survey, package) &&
            (all || package->signature->state != SP_SIG_NONE))
            add_signature(out, package->file, package->signature);
    }
}

static void add_signatures(GString *out, const SpSurvey *survey)
{
    if (!sp_survey_claims_signed(survey)) {
        g_string_append(out,
                        "\nUNSIGNED: nothing on this image says who made it, and no host takes "
                        "it through xapi\n");
        add_package_signatures(out, survey, FALSE);
        return;
    }
    g_string_append(out, "\nsignatures\n");
    add_signature(out, "update.xml", survey->update_signature);
    add_signature(out, "repodata/repomd.xml", survey->repomd_signature);
    if (sp_tree_find(survey->entries, SP_SUMS) != NULL)
        add_signature(out, SP_SUMS, survey->sums_signature);
    add_package_signatures(out, survey, TRUE);
    g_autoptr(GPtrArray) uncovered = sp_survey_uncovered(survey);
    for (guint i = 0; i < uncovered->len; i++) {
        g_autofree char *path = sp_escape(uncovered->pdata[i], FALSE);
        g_string_append_printf(out, "  %s: NOT COVERED by any signature\n", path);
    }
    g_autofree char *owner = sp_escape(survey->key_owner, FALSE);
    if (survey->key_fingerprint[0] != '\0')
        g_string_append_printf(out,
                               "  checked with the key carried on this image: %s '%s'; not checked "
                               "against a key you trust\n",
                               survey->key_fingerprint, owner);
    else
        g_string_append(out,
                        "  the image carries no usable public key, so none could be checked\n");
}

static void add_classic(GString *out, const SpSurvey *survey)
{
    if (survey->classic == NULL)
        return;
    g_autofree char *id = sp_classic_id(survey->classic);
    g_autofree char *safe_id = sp_escape(id, FALSE);
    g_autofree char *version = sp_escape(survey->classic->version, FALSE);
    g_autofree char *product = sp_escape(survey->classic->product, FALSE);
    g_autofree char *md5 = sp_classic_metadata_md5(survey->entries);
    g_string_append_printf(out, "\nclassic half\n  %s %s for %s, metadata MD5 %s\n", safe_id,
                           version, product, md5 != NULL ? md5 : "-");
    for (guint i = 0; i < survey->classic->needs->len; i++) {
        const SpClassicNeed *need = survey->classic->needs->pdata[i];
        g_autofree char *text =
            g_strdup_printf("%s:%s %s %s", need->originator, need->name, need->test, need->version);
        g_autofree char *safe = sp_escape(text, FALSE);
        g_string_append_printf(out, "  needs %s\n", safe);
    }
}

static void add_packages(GString *out, const SpSurvey *survey)
{
    g_string_append(out, "\npackages\n");
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        g_autofree char *nevra = sp_package_nevra(package);
        g_autofree char *name = sp_escape(package->name[0] != '\0' ? nevra : package->file, FALSE);
        g_autofree char *compressor = sp_escape(package->compressor, FALSE);
        g_string_append_printf(
            out, "  %s: digests %s, payload %s, %" G_GINT64_FORMAT " bytes installed", name,
            package->digests_good ? "good" : "BAD", compressor, package->size);
        if (package->signature->key_id[0] != '\0')
            g_string_append_printf(out, ", signed by key %s", package->signature->key_id);
        g_string_append_c(out, '\n');
    }
}

static void add_files(GString *out, const SpSurvey *survey)
{
    g_string_append(out, "\nfiles\n");
    for (guint i = 0; i < survey->entries->len; i++) {
        SpEntry *entry = survey->entries->pdata[i];
        g_autofree char *path = sp_escape(entry->path, FALSE);
        if (!entry->is_dir)
            g_string_append_printf(out, "  %s %8zu  %s\n", sp_entry_sha256(entry),
                                   g_bytes_get_size(entry->content), path);
    }
}

char *sp_report_text(const SpSurvey *survey, const SpFindings *findings)
{
    GString *out = g_string_new(NULL);
    add_update(out, survey);
    add_signatures(out, survey);
    if (findings->all->len > 0)
        g_string_append(out, "\nproblems\n");
    for (guint i = 0; i < findings->all->len; i++) {
        g_autofree char *text = sp_finding_text(findings->all->pdata[i]);
        g_autofree char *safe = sp_escape(text, FALSE);
        g_string_append_printf(out, "  %s\n", safe);
    }
    if (sp_findings_unlisted(findings) > 0)
        g_string_append_printf(out, "  %u more are counted and not listed\n",
                               sp_findings_unlisted(findings));
    add_classic(out, survey);
    add_packages(out, survey);
    add_files(out, survey);
    return g_string_free(out, FALSE);
}

static void add_finding(GString *out, const SpFinding *finding)
{
    g_autofree char *place = sp_quote_place(finding->file);
    g_autoptr(GString) line = g_string_new(place);
    if (finding->line > 0)
        g_string_append_printf(line, ":%d", finding->line);
    g_string_append_printf(line, ": %s: ", sp_severity_word(finding->severity));
    g_autofree char *hosts = sp_finding_hosts(finding);
    if (hosts[0] != '\0')
        g_string_append_printf(line, "%s: ", hosts);
    g_string_append_printf(line, "%s [%s]", finding->text, finding->rule);
    g_autofree char *safe = sp_escape(line->str, FALSE);
    g_string_append_printf(out, "%s\n", safe);
}

/* All of them. */
static void add_all(GString *out, const SpFindings *findings)
{
    for (guint i = 0; i < findings->all->len; i++)
        add_finding(out, findings->all->pdata[i]);
}

/* How many of which kind there are. */
static void add_total(GString *out, const char *file, const char *verdict,
                      const SpFindings *findings)
{
    g_autofree char *safe = sp_quote_place(file);
    if (sp_findings_unlisted(findings) > 0)
        g_string_append_printf(out, "%s: %u more findings are counted and not listed\n", safe,
                               sp_findings_unlisted(findings));
    g_string_append_printf(out, "%s: %serrors %u, warnings %u, notes %u", safe, verdict,
                           sp_findings_count(findings, SP_BAD),
                           sp_findings_count(findings, SP_WARNING),
                           sp_findings_count(findings, SP_INFO));
}

char *sp_report_lint_text(const char *description, const SpFindings *findings,
                          const SpDelivery *delivery)
{
    GString *out = g_string_new(NULL);
    g_autofree char *table = delivery != NULL ? sp_delivery_text(delivery, "") : g_strdup("");
    g_autofree char *safe = sp_escape(table, TRUE);
    add_all(out, findings);
    if (table[0] != '\0')
        g_string_append_printf(out, "what hosts get:\n%s", safe);
    add_total(out, description, "", findings);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

static void add_difference(GString *out, const SpDifference *difference, const char *a,
                           const char *b)
{
    g_autofree char *subject = sp_quote_place(difference->subject);
    g_autoptr(GString) line = g_string_new(subject);
    if (difference->name[0] == '\0')
        g_string_append_printf(line, ": only in '%s'", difference->a != NULL ? a : b);
    else
        g_string_append_printf(line, ": %s: ", difference->name);
    const char *values[] = {difference->a, difference->b};
    for (gsize i = 0; i < 2 && difference->name[0] != '\0'; i++) {
        const char *quote = values[i] != NULL ? "'" : "";
        g_string_append_printf(line, "%s%s%s%s", i == 0 ? "" : " -> ", quote,
                               values[i] != NULL ? values[i] : "nothing", quote);
    }
    g_autofree char *safe = sp_escape(line->str, FALSE);
    g_string_append_printf(out, "%s\n", safe);
}

char *sp_report_diff(const GPtrArray *differences, const char *a, const char *b)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < differences->len; i++)
        add_difference(out, differences->pdata[i], a, b);
    return g_string_free(out, FALSE);
}

char *sp_report_verify_text(const SpVerdict *verdict)
{
    GString *out = g_string_new(NULL);
    add_all(out, verdict->findings);
    add_total(out, verdict->file,
              sp_verdict_is_valid(verdict) ? "valid: " : "NOT VALID: ", verdict->findings);
    g_string_append_printf(out, ", trusted: %s\n", sp_verdict_is_trusted(verdict) ? "yes" : "no");
    return g_string_free(out, FALSE);
}
