/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the records of an ISO 9660 volume themselves (ECMA-119, Joliet): libarchive gives one tree
 * and hides what is odd, while a kernel reads one of the two trees there are, and XenCenter the
 * other. Refused with SP_ERROR_INPUT, before anybody reads more of it: more than 32768 entries, 16
 * levels, 2 MiB of one folder or bytes than the image has; a folder that is in it twice. */
#pragma once
#include "entry.h"
#include "error.h"
#include "finding.h"
#include "volume.h"

/* What is wrong goes to `found`. `fd` is a regular file. SP_ERROR_INPUT: no ISO 9660 image. */
SpVolume *sp_volume_read(int fd, const char *name, SpFindings *found, GError **error) SP_MUST_CHECK;
/* Fills `stray`. `image` is what `fd` has. */
void sp_volume_find_stray(SpVolume *volume, int fd, GBytes *image);
/* Sets `same` of the nodes, the bytes of which `image` has, by what another reader got. */
void sp_volume_compare(SpVolume *volume, GBytes *image, const GPtrArray *entries);
/* The entries of the tree a kernel mounts, for an image no other reader is to be bothered with; the
 * contents are parts of `image`. */
GPtrArray *sp_volume_entries(const SpVolume *volume, GBytes *image);
