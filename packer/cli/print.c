/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "fileio.h"
#include "image_out.h"
#include "payload_out.h"
#include "repodata.h"

#include <string.h>
#include <unistd.h>

/* The build system's word; it has only one place for it. */
gboolean sp_print(const char *text, GError **error)
{
    return sp_write_all(STDOUT_FILENO, text, strlen(text), "standard output", error);
}

char *sp_versions(void)
{
    g_autofree char *isofs = sp_image_version();
    return g_strdup_printf("suppack %s\nzlib %s\nlibcreaterepo_c %s\nlibisofs %s\n",
                           SUPPACK_VERSION, sp_payload_version(), sp_repodata_version(), isofs);
}

void sp_say_findings(const SpLog *log, const SpFindings *findings)
{
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        g_autofree char *text = sp_finding_text(finding);
        if (finding->severity == SP_BAD)
            sp_log_error(log, text);
        else if (finding->severity == SP_WARNING)
            sp_log_warning(log, "%s", text);
        else
            sp_log_info(log, "%s", text);
    }
    if (sp_findings_unlisted(findings) > 0)
        sp_log_warning(log, "%u more findings are counted and not listed",
                       sp_findings_unlisted(findings));
}
