/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fills the sectors of an image's files up, and what follows the last of them: no reader shows
 * it, so nothing may be there. */
#pragma once
#include "error.h"
#include "finding.h"
#include "volume.h"

/* What is not zero goes to `found`, the first byte of each place. `fd` is the image, `name` what
 * people call it. SP_ERROR_SYSTEM when it cannot be read. */
gboolean sp_padding_read(int fd, const char *name, const SpVolume *volume, SpFindings *found,
                         GError **error) SP_MUST_CHECK;
