/* SPDX-License-Identifier: MIT */
/* Which release a root is, hence which file its multipath reads and in which dialect. */
#ifndef HOST_H
#define HOST_H

#include "fail.h"
#include "mptoken.h"

struct host {
    char release[48]; /* "XenServer 6.5.0", "multipath-tools 0.9.4" */
    int major, minor; /* of the release, 8 and 2; 0 and 0 where only its program tells */
    unsigned parser;  /* of the program that will read the file: MP_VERSION */
    enum mp_era era;
    bool drop_in;  /* our own file in the daemon's config_dir */
    bool sm_locks; /* SM edits the file, too, under its lock: up to 7.0 */
    char *path;    /* inside the root, as documented; links not followed */
    char *asked;   /* the multipath program and its version, where that decides; or NULL */
};

#define MAIN_CONF "/etc/multipath.conf"
#define CONF_DIR  "/etc/multipath/conf.d"

/* Reads /etc/xensource-inventory of `root`, else its /etc/redhat-release, else asks its multipath
 * program for the version. REFUSED when none of them tells a release we know. asked: host.asked of
 * an earlier run, or NULL; the program is not asked again while it is the same one. */
int host_detect(const char *root, const char *label, const char *asked, struct host *host,
                struct fail *f);
void host_free(struct host *host);

#endif
