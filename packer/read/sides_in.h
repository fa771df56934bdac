/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files beside an image that speak of all of it: NAME.asc, a detached armored signature, and
 * NAME.sha256, a line of sha256sum(1). */
#pragma once
#include "signature_in.h"
#include "survey.h"

/* Those of the image survey->file, open as `fd`, into the survey; one that is not there says
 * nothing. What is wrong with one is the survey's to tell; an error is a system's. */
gboolean sp_sides_read(SpSurvey *survey, int fd, SpVerifier *verifier,
                       GError **error) SP_MUST_CHECK;
