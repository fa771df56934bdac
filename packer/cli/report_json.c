/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover.h"
#include "epoch.h"
#include "quote.h"
#include "report.h"
#include "sums.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text(const char *value)
{
    g_autofree char *clean = sp_clean(value);
    return json_string(clean);
}

static void set(json_t *object, const char *key, const char *value)
{
    json_object_set_new(object, key, value[0] != '\0' ? text(value) : json_null());
}

static json_t *list_of(GStrv words)
{
    json_t *list = json_array();
    for (guint i = 0; words != NULL && words[i] != NULL; i++)
        json_array_append_new(list, text(words[i]));
    return list;
}

static json_t *signature_json(const char *place, const SpSignature *signature)
{
    json_t *object = json_object();
    set(object, "file", place);
    set(object, "state", sp_signature_word(signature->state));
    set(object, "key_id", signature->key_id);
    set(object, "signer", signature->signer);
    set(object, "algorithm", signature->algorithm);
    g_autofree char *when = signature->made != 0 ? sp_epoch_iso8601(signature->made) : g_strdup("");
    set(object, "made", when);
    return object;
}

static json_t *signatures_json(const SpSurvey *survey)
{
    json_t *list = json_array();
    json_array_append_new(list, signature_json("update.xml", survey->update_signature));
    json_array_append_new(list, signature_json("repodata/repomd.xml", survey->repomd_signature));
    if (sp_tree_find(survey->entries, SP_SUMS) != NULL)
        json_array_append_new(list, signature_json(SP_SUMS, survey->sums_signature));
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (!sp_survey_is_classic(survey, package))
            json_array_append_new(list, signature_json(package->file, package->signature));
    }
    return list;
}

static json_t *packages_json(const SpSurvey *survey)
{
    json_t *list = json_array();
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        g_autofree char *nevra = sp_package_nevra(package);
        json_t *object = json_object();
        set(object, "file", package->file);
        set(object, "nevra", nevra);
        set(object, "payload_compressor", package->compressor);
        set(object, "problem", package->problem);
        set(object, "signature_key_id", package->signature->key_id);
        json_object_set_new(object, "digests_good", json_boolean(package->digests_good));
        json_object_set_new(object, "installed_size", json_integer(package->size));
        json_object_set_new(object, "requires", list_of(package->depends));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *files_json(const SpSurvey *survey)
{
    json_t *list = json_array();
    g_autoptr(GPtrArray) uncovered = sp_survey_uncovered(survey);
    guint next = 0; /* of them, which are in the same order */
    for (guint i = 0; i < survey->entries->len; i++) {
        SpEntry *entry = survey->entries->pdata[i];
        if (entry->is_dir)
            continue;
        gboolean is_signed = next == uncovered->len || uncovered->pdata[next] != entry->path;
        next += is_signed ? 0 : 1;
        json_t *object = json_object();
        set(object, "path", entry->path);
        set(object, "sha256", sp_entry_sha256(entry));
        json_object_set_new(object, "signed", json_boolean(is_signed));
        json_object_set_new(object, "size",
                            json_integer((json_int_t)g_bytes_get_size(entry->content)));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *needs_json(const SpClassic *classic)
{
    json_t *list = json_array();
    for (guint i = 0; i < classic->needs->len; i++) {
        const SpClassicNeed *need = classic->needs->pdata[i];
        json_t *object = json_object();
        set(object, "originator", need->originator);
        set(object, "name", need->name);
        set(object, "product", need->product);
        set(object, "test", need->test);
        set(object, "version", need->version);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *classic_json(const SpSurvey *survey)
{
    const SpClassic *classic = survey->classic;
    if (classic == NULL)
        return json_null();
    g_autofree char *md5 = sp_classic_metadata_md5(survey->entries);
    json_t *files = json_array();
    for (guint i = 0; i < classic->packages->len; i++)
        json_array_append_new(files, text(((SpClassicPackage *)classic->packages->pdata[i])->file));
    json_t *object = json_object();
    set(object, "originator", classic->originator);
    set(object, "name", classic->name);
    set(object, "product", classic->product);
    set(object, "version", classic->version);
    set(object, "description", classic->description);
    set(object, "metadata_md5", md5 != NULL ? md5 : "");
    json_object_set_new(object, "homogeneous", json_boolean(classic->homogeneous));
    json_object_set_new(object, "packages", files);
    json_object_set_new(object, "requires", needs_json(classic));
    return object;
}

static json_t *findings_json(const SpFindings *findings)
{
    json_t *list = json_array();
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        json_t *object = json_object();
        set(object, "rule", finding->rule);
        set(object, "file", finding->file);
        set(object, "text", finding->text);
        set(object, "severity", sp_severity_word(finding->severity));
        json_object_set_new(object, "line",
                            finding->line > 0 ? json_integer(finding->line) : json_null());
        g_autofree char *hosts = sp_finding_hosts(finding);
        set(object, "dialect",
            finding->parser >= 0 ? sp_parser_name((SpParser)finding->parser) : "");
        set(object, "hosts", hosts);
        json_array_append_new(list, object);
    }
    return list;
}

/* How many of which kind, and all of them. */
static void add_findings(json_t *root, const SpFindings *findings)
{
    json_object_set_new(root, "errors", json_integer(sp_findings_count(findings, SP_BAD)));
    json_object_set_new(root, "warnings", json_integer(sp_findings_count(findings, SP_WARNING)));
    json_object_set_new(root, "findings", findings_json(findings));
    json_object_set_new(root, "unlisted", json_integer(sp_findings_unlisted(findings)));
}

static gboolean is_demo(const SpSurvey *survey)
{
    gboolean any = FALSE;
    for (guint i = 0; i < survey->image_keys->len; i++)
        any = any || ((const SpKey *)survey->image_keys->pdata[i])->is_demo;
    return any;
}

static json_t *key_json(const SpSurvey *survey)
{
    json_t *object = json_object();
    set(object, "name", survey->update->key);
    set(object, "file", survey->key_file);
    set(object, "fingerprint", survey->key_fingerprint);
    set(object, "owner", survey->key_owner);
    json_object_set_new(object, "demo", json_boolean(is_demo(survey)));
    /* Said in the data too: the key came with the image, it proves nothing by itself. */
    json_object_set_new(object, "trusted", json_false());
    return object;
}

/* Takes the document. */
static char *finish(json_t *root)
{
    char *dump = json_dumps(root, JSON_INDENT(2) | JSON_SORT_KEYS);
    char *out = g_strconcat(dump, "\n", NULL);
    free(dump);
    json_decref(root);
    return out;
}

char *sp_report_json(const SpSurvey *survey, const SpFindings *findings)
{
    const SpUpdate *update = survey->update;
    json_t *root = json_object();
    json_object_set_new(root, "schema", json_integer(1));
    set(root, "image", survey->file);
    set(root, "volume_id", survey->volume_id);
    set(root, "label", update->label);
    set(root, "version", update->version);
    set(root, "uuid", update->uuid);
    set(root, "description", update->description);
    set(root, "guidance", update->guidance);
    set(root, "control", update->control);
    json_object_set_new(root, "size", json_integer(survey->size));
    json_object_set_new(root, "installation_size", json_integer(update->installation_size));
    json_object_set_new(root, "homogeneous", json_boolean(update->homogeneous));
    json_object_set_new(root, "signed", json_boolean(sp_survey_claims_signed(survey)));
    json_object_set_new(root, "key", key_json(survey));
    json_object_set_new(root, "signatures", signatures_json(survey));
    json_object_set_new(root, "packages", packages_json(survey));
    json_object_set_new(root, "files", files_json(survey));
    json_object_set_new(root, "classic", classic_json(survey));
    json_object_set_new(root, "findings", findings_json(findings));
    g_auto(GStrv) requires = sp_report_base_requires(survey);
    json_object_set_new(root, "base_requires", list_of(requires));
    return finish(root);
}

/* A row a line of the vendor's text and group of hosts that get the same of it. */
static json_t *delivery_json(const SpDelivery *delivery)
{
    json_t *list = json_array();
    for (guint i = 0; i < delivery->fates->len; i++) {
        const SpFate *fate = delivery->fates->pdata[i];
        gboolean delivered = sp_fate_is_delivered(fate->kind);
        g_autofree char *hosts = sp_fate_hosts(fate);
        json_t *object = json_object();
        set(object, "file", fate->file);
        set(object, "setting", fate->setting);
        set(object, "outcome", sp_fate_word(fate->kind));
        set(object, "hosts", hosts);
        set(object, "first_dialect", sp_parser_name(fate->first));
        set(object, "last_dialect", sp_parser_name(fate->last));
        set(object, "releases", fate->releases);
        set(object, "words", delivered ? fate->text : "");
        set(object, "why", delivered ? "" : fate->text);
        json_object_set_new(object, "line", json_integer(fate->line));
        json_object_set_new(object, "delivered", json_boolean(delivered));
        json_array_append_new(list, object);
    }
    return list;
}

char *sp_report_lint_json(const char *description, const SpFindings *findings,
                          const SpDelivery *delivery)
{
    json_t *root = json_object();
    json_object_set_new(root, "schema", json_integer(1));
    set(root, "description", description);
    json_object_set_new(root, "delivery", delivery != NULL ? delivery_json(delivery) : json_null());
    add_findings(root, findings);
    return finish(root);
}

/* What is not known of an image is null. */
static json_t *verdict_json(const SpVerdict *verdict)
{
    json_t *object = json_object();
    gboolean valid = sp_verdict_is_valid(verdict);
    set(object, "image", verdict->file);
    set(object, "problem", verdict->problem);
    set(object, "label", verdict->label);
    set(object, "version", verdict->version);
    set(object, "uuid", verdict->uuid);
    set(object, "signer", verdict->signer);
    json_object_set_new(object, "signed", json_boolean(verdict->is_signed));
    json_object_set_new(object, "demo_key", json_boolean(verdict->is_demo));
    json_object_set_new(object, "trusted", json_boolean(sp_verdict_is_trusted(verdict)));
    json_object_set_new(object, "valid", json_boolean(valid));
    json_t *uncovered = json_array();
    for (guint i = 0; i < verdict->uncovered->len; i++)
        json_array_append_new(uncovered, text(verdict->uncovered->pdata[i]));
    json_object_set_new(object, "unsigned_files", uncovered);
    add_findings(object, verdict->findings);
    return object;
}

char *sp_report_verify_json(const GPtrArray *verdicts, const char *keyring)
{
    json_t *root = json_object(), *images = json_array();
    gboolean valid = TRUE;
    for (guint i = 0; i < verdicts->len; i++) {
        json_array_append_new(images, verdict_json(verdicts->pdata[i]));
        valid = valid && sp_verdict_is_valid(verdicts->pdata[i]);
    }
    json_object_set_new(root, "schema", json_integer(1));
    set(root, "keyring", keyring != NULL ? keyring : "");
    json_object_set_new(root, "valid", json_boolean(valid));
    json_object_set_new(root, "images", images);
    return finish(root);
}
