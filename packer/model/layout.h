/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How suppack lays a tree out, held against an image: an image of its own has no byte outside its
 * files that is not as it would be written again. Pure. */
#pragma once
#include "finding.h"
#include "volume.h"

/* What the application id of suppack's images begins with; the version of the layout follows, and
 * that of the library which writes it. It stands in both volume descriptors. */
#define SP_LAYOUT_MAKER "SUPPACK "

typedef struct {
    GBytes *records; /* all in front of the files' bytes; NULL until it is set */
    gint64 size;     /* of the image, bytes */
} SpLayout;

SpLayout *sp_layout_new(void);
void sp_layout_free(SpLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpLayout, sp_layout_free)

/* TRUE when one of the two descriptors says that suppack laid the image out. Who makes an image
 * look like a foreign one by changing both gains a note, and the rules for foreign images. */
gboolean sp_layout_is_claimed(GBytes *image);
/* A breach of image-layout for every sector of the records that is not as in `layout` (behind them
 * are files, and nothing else: image-stray); of an image by
 * another version a note, when it is not the same. `volume` gives the folders their names. */
void sp_layout_judge(const SpLayout *layout, GBytes *image, const SpVolume *volume,
                     SpFindings *findings);
