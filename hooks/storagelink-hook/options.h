/* SPDX-License-Identifier: MIT */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "action.h"

extern const char usage[];

/* Says what is wrong about the word, and the usage; USAGE. */
int bad_usage(const char *about, const wchar_t *word);
/* What stands behind the command, which is argv[1]. */
int take_options(struct action *a, int argc, wchar_t **argv);

#endif
