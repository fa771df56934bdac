/* SPDX-License-Identifier: MIT */
/* All of a host's multipath configuration, as one parser reads it: main file, then those of its
 * config_dir by name, our block in them. Pure: the files' texts come from the caller and must
 * outlive this. */
#ifndef CONFIG_H
#define CONFIG_H

#include "mpread.h"

struct mp_source {
    const char *path;
    struct text text;
    bool main; /* the main file; else one of the config_dir */
};

/* Who wrote a section: the pack that is asked about, another pack, the release, or somebody on this
 * host. */
enum mp_owner { MP_ADMIN, MP_SHIPPED, MP_OURS, MP_OTHER_PACK };

struct mp_setting {
    char *keyword, *value; /* old names of a keyword as today's */
    unsigned line;
    const struct mp_section *in;
};

struct mp_section {
    enum mp_level level;
    bool exception; /* MP_LIST_DEVICE: of the exceptions */
    const struct mp_source *source;
    unsigned line;
    size_t begin, end; /* from its opening line to behind its closing one, or the end of the file */
    bool closed;
    enum mp_owner owner;
    struct mp_setting *set;
    size_t count;
};

struct mp_config {
    unsigned parser; /* MP_VERSION */
    enum mp_era era;
    struct mp_section **section; /* in the order read; 0.4.7's forgotten devices are left out */
    size_t count;
    bool has_main;
    bool sm_lifts; /* the release's storage manager makes exceptions of wwids (set by callers) */
    /* Where the parser rejects the main file or dies; line 0: nowhere. */
    const struct mp_source *bad;
    unsigned bad_line;
    const char *bad_reason;
    struct mp_table *table; /* devices.h */
};

/* label: of the pack asked about. `drop_in`: the release has a config_dir, hence devices of the
 * main file are the release's own. To be freed. */
void mp_config_read(struct mp_config *c, unsigned parser, bool drop_in, const char *label,
                    const struct mp_source *source, size_t count);
void mp_config_free(struct mp_config *c);

/* The last setting of a keyword in a section, or NULL. */
const struct mp_setting *mp_find(const struct mp_section *section, const char *keyword);
const char *mp_get(const struct mp_section *section, const char *keyword);

#endif
