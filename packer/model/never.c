/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "never.h"

#include <string.h>

#define BY_WWID                                                                                    \
    "XenServer opens every map by its WWID, as /dev/mapper/<SCSIid>, and names its volumes by it"
#define ITS_PLACES "XenServer's own programs expect the daemon's files where they are"
#define MATCHING   "it changes which entries of all vendors match, the host's own too"
#define SITE_NODES "who may open the devices of a host is its administrator's to say"

/* Sources: parsers-2.md P7 (names of maps), P1 and P10.4 (getuid_callout), multipath.md 0.2 (SM
 * takes any word multipath prints for a fault), 3 (find_multipaths of SM's own file, wwids), 1.2
 * (config_dir), 1.3 (hw_str_match, hwtable_regex_match), and sm's own multipath.conf, whose
 * defaults are user_friendly_names, find_multipaths and up to 6.5 replace_wwid_whitespace. */
static const SpNever rows[] = {
    {"user_friendly_names", "no", FALSE, BY_WWID},
    {"uid_attribute", "ID_SERIAL", FALSE, BY_WWID},
    {"default_uid_attribute", "ID_SERIAL", FALSE, BY_WWID},
    {"uid_attrs", NULL, FALSE, BY_WWID},
    {"replace_wwid_whitespace", NULL, FALSE, BY_WWID},
    {"bindings_file", NULL, FALSE, BY_WWID},
    {"new_bindings_in_boot", NULL, FALSE, BY_WWID},
    {"partition_delimiter", NULL, FALSE, BY_WWID},
    {"getuid_callout", "/sbin/scsi_id -g -u -s /block/%n", FALSE,
     "hosts have no such program at that place, and a path whose call fails has no WWID"},
    {"default_getuid_callout", "/sbin/scsi_id -g -u -s /block/%n", FALSE,
     "hosts have no such program at that place, and a path whose call fails has no WWID"},
    {"find_multipaths", NULL, FALSE,
     "XenServer's own file sets it, and SM relies on which disks get a map"},
    {"find_multipaths_timeout", NULL, FALSE,
     "XenServer's own file sets 'find_multipaths', and SM relies on which disks get a map"},
    {"ignore_new_boot_devs", NULL, FALSE, "SM relies on which disks get a map"},
    {"reassign_maps", NULL, FALSE,
     "it has the daemon reload maps of others, which SM has open, behind its back"},
    {"verbosity", NULL, FALSE, "SM takes any word more that multipath prints for a fault"},
    {"missing_uev_msg_delay", NULL, FALSE,
     "SM takes any word more that multipath prints for a fault"},
    {"config_dir", NULL, FALSE, ITS_PLACES},
    {"multipath_dir", NULL, FALSE, ITS_PLACES},
    {"wwids_file", NULL, FALSE, ITS_PLACES},
    {"prkeys_file", NULL, FALSE, ITS_PLACES},
    {"udev_dir", NULL, FALSE, ITS_PLACES},
    {"multipath_tool", NULL, FALSE, ITS_PLACES},
    {"disable_changed_wwids", NULL, FALSE,
     "later parsers print that it is deprecated, and SM takes any such word for a fault"},
    {"hw_str_match", NULL, FALSE, MATCHING},
    {"hwtable_regex_match", NULL, FALSE, MATCHING},
    {"mode", NULL, TRUE, SITE_NODES},
    {"uid", NULL, TRUE, SITE_NODES},
    {"gid", NULL, TRUE, SITE_NODES},
    {"reservation_key", NULL, TRUE, "a key for reservations is a host's own, no two may share one"},
};

const SpNever *sp_never_find(const char *name, const char *value)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].unless != NULL && strcmp(rows[i].unless, value) == 0 ? NULL : &rows[i];
    return NULL;
}
