/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands print, as text and as JSON ("schema": 1, keys sorted). Strings of the image are
 * made safe to show: control characters never reach a terminal. The caller frees. */
#pragma once
#include "delivery.h"
#include "fact.h"
#include "verdict.h"

char *sp_report_text(const SpSurvey *survey, const SpFindings *findings);
char *sp_report_json(const SpSurvey *survey, const SpFindings *findings);

/* What `lint` prints of a description: one line a finding, what hosts get of the vendor's text
 * (delivery; NULL where that is not known), then how many findings there are; and as JSON. */
char *sp_report_lint_text(const char *description, const SpFindings *findings,
                          const SpDelivery *delivery);
char *sp_report_lint_json(const char *description, const SpFindings *findings,
                          const SpDelivery *delivery);

/* What `diff` prints: a line a SpDifference, "subject: name: 'value in a' -> 'value in b'". */
char *sp_report_diff(const GPtrArray *differences, const char *a, const char *b);

/* What `verify` prints of an image that could be read: one line a finding, then the verdict. */
char *sp_report_verify_text(const SpVerdict *verdict);
/* The JSON of `verify` (suppack-verify(1) documents it) of a list of SpVerdict. `keyring` is the
 * file's name, NULL when there was none. */
char *sp_report_verify_json(const GPtrArray *verdicts, const char *keyring);

/* Requires of the control package that the host has to fulfil, without rpm's own; g_strfreev. */
GStrv sp_report_base_requires(const SpSurvey *survey);
