/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `inspect` prints, as text and as JSON ("schema": 1, keys sorted). Strings of the image are
 * made safe to show: control characters never reach a terminal. The caller frees. */
#pragma once
#include "survey.h"

char *sp_report_text(const SpSurvey *survey, const SpFindings *findings);
char *sp_report_json(const SpSurvey *survey, const SpFindings *findings);

/* Requires of the control package that the host has to fulfil, without rpm's own; g_strfreev. */
GStrv sp_report_base_requires(const SpSurvey *survey);
