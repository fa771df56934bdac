/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a finished pack image and everything in it. What is wrong with a part is recorded in the
 * survey; SP_ERROR_INPUT is only what makes it no pack: no ISO 9660 image, no update.xml. */
#pragma once
#include "error.h"
#include "survey.h"

/* `fd` stays the caller's; `name` is what people call it; `tmpdir` holds the temporary GNUPGHOME.
 */
SpSurvey *sp_survey_read(int fd, const char *name, const char *tmpdir,
                         GError **error) SP_MUST_CHECK;
