/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What multipathd's stand-in makes of the files, and how each era prints it. Far simpler than the
 * real parsers: files of the tests' own, one keyword a line. */
#ifndef STAND_IN_CONFIG_H
#define STAND_IN_CONFIG_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum era { E047, E049, EL6, EL7, MODERN };

#define KEYWORDS 30

struct device {
    char *values[KEYWORDS]; /* by keyword, NULL where it is not set */
};

struct config {
    struct device *devices, defaults;
    size_t count;
    char *text; /* the bytes of all files, one after the other */
};

/* The main file and, where the era has it, conf.d in C order. False when the era refuses the main
 * file: a pattern in a blacklist that does not compile. To be freed in either case. */
bool config_read(struct config *config, enum era era);
void config_free(struct config *config);

/* Another value for a keyword, in every device that has it. */
void config_set(struct config *config, const char *keyword, const char *value);

/* `show config`. */
void config_print(const struct config *config, enum era era, FILE *out);

#endif
