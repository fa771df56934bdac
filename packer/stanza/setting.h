/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of a device block do on every host: those that make a map fail, names that no
 * parser or kernel knows and takes for something else in silence, and settings that do harm
 * together or under XenServer. Source: parsers-2.md P4 (all_devs) and P7. Pure. */
#pragma once
#include "stanza.h"

/* Adds SP_BAD for what no map comes out of, SP_WARNING for the others. */
void sp_setting_judge(const SpStanza *stanza, SpFindings *findings);
