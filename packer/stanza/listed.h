/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a vendor's `blacklist` and `blacklist_exceptions` may do to hosts: entries of local disks
 * and other drivers are delivered; one of everything never is, nor one that only a site can know,
 * and one of the vendor's own array is wrong. */
#pragma once
#include "stanza.h"

/* Marks what no host gets, and says so. */
void sp_listed_judge(SpStanza *stanza, SpFindings *findings);
