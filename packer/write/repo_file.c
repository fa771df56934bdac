/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repo_file.h"

#include <string.h>

GBytes *sp_repo_file_write(const char *label, const char *url, const char *key, GError **error)
{
    /* An image may say anything; nothing of it may become a line of its own here. */
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    if (key[0] == '\0' || key[0] == '.' || key[strspn(key, allowed)] != '\0') {
        sp_throw(error, SP_ERROR_INPUT, "key '%s' is not the name of a key file", key);
        return NULL;
    }
    char *text =
        g_strdup_printf("# Off by default: yum --enablerepo=%s install update-%s control-%s\n"
                        "# Once per host before: /opt/xensource/debug/import-update-key %s\n"
                        "[%s]\n"
                        "name=%s\n"
                        "baseurl=%s\n"
                        "enabled=0\n"
                        "gpgcheck=1\n"
                        "repo_gpgcheck=1\n"
                        "gpgkey=file:///etc/pki/rpm-gpg/%s\n",
                        label, label, label, key, label, label, url, key);
    return g_bytes_new_take(text, strlen(text));
}
