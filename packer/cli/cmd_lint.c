/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "description.h"
#include "report.h"

gboolean sp_cmd_lint(const SpRun *run, GError **error)
{
    const char *path = run->options->operands->pdata[0];
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(GError) cause = NULL;
    gint64 newest = 0;
    /* The same reading as build's; of the pack only what hosts get of it is wanted. */
    g_autoptr(SpPack) pack = sp_description_read(path, NULL, FALSE, findings, &newest, &cause);
    if (cause != NULL) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    const SpDelivery *delivery = pack != NULL ? pack->delivery : NULL;
    g_autofree char *text = run->options->json ? sp_report_lint_json(path, findings, delivery)
                                               : sp_report_lint_text(path, findings, delivery);
    if (!sp_print(text, error))
        return FALSE;
    guint wrong = findings->bad + sp_findings_count(findings, SP_WARNING);
    return wrong == 0 || sp_throw(error, SP_ERROR_NO, "'%s' has %u problem%s", path, wrong,
                                  wrong == 1 ? "" : "s");
}
