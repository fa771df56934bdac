/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key_fit.h"

#include <string.h>

#define ON(group)  (1U << (group))
#define UNTIL_8    (ON(SP_HOSTS_YUM) | ON(SP_HOSTS_DNF))
#define ALL        (UNTIL_8 | ON(SP_HOSTS_RPM6))
#define LEAST_LIFE ((gint64)30 * 24 * 60 * 60) /* a pack is rolled out for about as long */

const char *sp_host_group_name(SpHostGroup group)
{
    static const char *const names[SP_HOST_GROUPS] = {
        [SP_HOSTS_CLASSIC] = "XenServer 5.6 to 7.0",
        [SP_HOSTS_YUM] = "XenServer 7.1 to 7.6, Citrix Hypervisor 8.0 to 8.2, XCP-ng 7.4 to 8.2",
        [SP_HOSTS_DNF] = "XenServer 8, XCP-ng 8.3",
        [SP_HOSTS_RPM6] = "XenServer 9, XCP-ng 9",
    };
    return names[group];
}

static const char renew[] =
    "gpg --cert-digest-algo SHA256 --quick-set-expire %s DATE binds them anew";

guint sp_key_faults(const SpKey *key, gint64 now, SpKeyFault faults[SP_KEY_FAULTS_MAX])
{
    gboolean expired = key->expires != 0 && key->expires <= now;
    gboolean is_rsa = strcmp(key->algorithm, "RSA") == 0;
    const struct {
        gboolean is_so;
        SpKeyFault fault;
    } all[] = {
        {key->is_dead && !expired, {"it is revoked or disabled", NULL, ALL}},
        {expired, {"it is expired", "gpg --quick-set-expire %s DATE lets it live on", ALL}},
        {!is_rsa, {"it is not an RSA key, and hosts know no other kind", NULL, UNTIL_8}},
        {is_rsa && key->bits < 2048, {"it has less than 2048 bits", NULL, ALL}},
        {key->has_signer, {"it has a signing subkey, which rpm 4.11 does not know", NULL, UNTIL_8}},
        {key->is_weak,
         {"its user ids are bound with SHA-1, MD5 or RIPEMD-160 alone, and rpm 6 does not import "
          "it",
          renew, ON(SP_HOSTS_RPM6)}},
        {!key->can_sign, {"its primary key cannot sign here", NULL, ALL}},
        {key->expires != 0 && !expired && key->expires < now + LEAST_LIFE,
         {"it expires within 30 days, and hosts refuse the pack from then on",
          "gpg --quick-set-expire %s DATE lets it live on", ALL}},
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(all) <= SP_KEY_FAULTS_MAX);
    guint count = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i].is_so)
            faults[count++] = all[i].fault;
    return count;
}
