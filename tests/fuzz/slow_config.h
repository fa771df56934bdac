/* SPDX-License-Identifier: MIT */
/* A slow reference for conf/devices.h: which setting a LUN gets, found anew for each question by
 * walking flat lists. From the facts on the parsers, not from the program; it has in common with it
 * the reader, what a value means (keyword.h) and, for regex 0.12, the expressions. */
#ifndef SLOW_CONFIG_H
#define SLOW_CONFIG_H

#include "devices.h"

#define SLOW_MOST 512 /* sections, and settings: for inputs of up to 2,048 bytes */
#define SLOW_NONE (-1)

struct slow {
    unsigned parser;
    enum mp_era era;
    bool has_main, bad;
    bool unsure, costly; /* an expression that ere.h or glibc cannot answer for */
    struct slow_section {
        enum mp_level level;
        bool exception, forgotten;
        size_t source;
    } section[SLOW_MOST];
    struct slow_set {
        char *keyword, *value;
        unsigned line;
        int section;
    } set[SLOW_MOST];
    int sections, sets;
    const char *vendor, *product; /* of the LUN */
    bool wwid_known;
};

void slow_read(struct slow *s, unsigned parser, const struct mp_source *source, size_t count);
void slow_free(struct slow *s);

/* glibc's answer for modern parsers, ere.h's for the others. */
enum ere slow_search(struct slow *s, const char *pattern, const char *string);

/* The number of the setting that holds, SLOW_NONE where none does. */
int slow_value(struct slow *s, const char *keyword, enum mp_by *by);
/* NULL where nothing does; *set: SLOW_NONE where it is no line. */
const char *slow_kept_off(struct slow *s, int *set);
bool slow_dies(struct slow *s);
bool slow_rejects(struct slow *s);

#endif
