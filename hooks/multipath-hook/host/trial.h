/* SPDX-License-Identifier: MIT */
/* Files as they would be, seen by one program alone: in a mount namespace of its own they are laid
 * over those that are there. Nothing on the disk changes, and nobody else sees it. */
#ifndef TRIAL_H
#define TRIAL_H

#include "text.h"

struct trial {
    const char *root;
    size_t count;
    const struct trial_file {
        const char *path; /* inside the root, links followed */
        struct text text;
    } * files;
};

/* Lays them out for this process and what it starts, for good: call it in a child. False where that
 * is not to be had: no right to it, no such namespaces, a root that is no mount point. More than
 * one file that is not there yet is too much, too. */
bool trial_lay_out(const struct trial *trial);

#endif
