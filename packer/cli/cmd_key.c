/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "epoch.h"
#include "fileio.h"
#include "key_fit.h"
#include "nearest.h"
#include "outset.h"
#include "signing.h"

#include <string.h>

#define KEY_FILE_LIMIT ((gsize)1024 * 1024)
#define KEY_FILE_START "RPM-GPG-KEY-"

/* Where the secret is, what to keep, and what to run next: nothing tells it later. */
static void tell_new(const SpRun *run, const char *home, const char *fingerprint)
{
    const SpLog *log = &run->log;
    sp_log_note(
        log, "the secret key is in '%s': whoever has it can sign packs that your hosts take", home);
    sp_log_note(log,
                "keep a copy of it where it is safe: GNUPGHOME='%s' gpg --armor "
                "--export-secret-keys %s",
                home, fingerprint);
    sp_log_note(log, "and of '%s/openpgp-revocs.d/%s.rev', which revokes it when it is lost", home,
                fingerprint);
    sp_log_note(log, "next: GNUPGHOME='%s' suppack build --key %s PACK.ini", home, fingerprint);
}

static gboolean make(const SpRun *run, const char *user_id, GError **error)
{
    const SpOptions *options = run->options;
    g_autofree char *home = options->output != NULL ? g_canonicalize_filename(options->output, NULL)
                                                    : g_strdup(run->environment->gnupg_home);
    char *passphrase = options->no_passphrase ? g_strdup("") : sp_passphrase_read(run, error);
    if (passphrase == NULL && options->passphrase_fd != NULL)
        return FALSE;
    g_autofree char *fingerprint = NULL;
    if (g_mkdir_with_parents(home, 0700) != 0)
        sp_throw_errno(error, "cannot make folder '%s'", home);
    else
        fingerprint = sp_key_make(home, user_id, passphrase, error);
    sp_passphrase_free(passphrase);
    if (fingerprint == NULL)
        return FALSE;
    /* gpg.conf of the user may ask for what no host takes */
    g_autoptr(GBytes) public_key = sp_key_export(home, fingerprint, run->environment->now, error);
    if (public_key == NULL) {
        sp_prefix(error, "gpg made a key that hosts refuse, by '%s/gpg.conf'", home);
        return FALSE;
    }
    tell_new(run, home, fingerprint);
    g_autofree char *line = g_strdup_printf("%s\n", fingerprint);
    return sp_print(line, error);
}

static void add_group(GString *out, SpHostGroup group, const SpKey *key, const SpKeyFault *faults,
                      guint count)
{
    g_string_append_printf(out, "%s:", sp_host_group_name(group));
    if (group == SP_HOSTS_CLASSIC) {
        g_string_append(out, " look at no signature\n");
        return;
    }
    guint refused = 0;
    for (guint i = 0; i < count; i++) {
        if ((faults[i].hosts & 1U << group) == 0)
            continue;
        g_string_append_printf(out, "%s %s", refused++ == 0 ? " refuse it:" : ";", faults[i].what);
        if (faults[i].todo == NULL)
            continue;
        g_auto(GStrv) around = g_strsplit(faults[i].todo, "%s", 2);
        g_autofree char *todo = g_strjoinv(key->fingerprint, around);
        g_string_append_printf(out, " (%s)", todo);
    }
    g_string_append(out, refused == 0 ? " take it\n" : "\n");
}

static gboolean check(const SpRun *run, const char *named, GError **error)
{
    const SpEnvironment *environment = run->environment;
    g_autoptr(GBytes) file = NULL;
    if (g_file_test(named, G_FILE_TEST_IS_REGULAR)) {
        file = sp_read_path(named, KEY_FILE_LIMIT, NULL, error);
        if (file == NULL)
            return FALSE;
    }
    g_autoptr(SpKey) key = file != NULL ? sp_key_of_file(environment->tmpdir, named, file, error)
                                        : sp_key_find(environment->gnupg_home, named, error);
    if (key == NULL)
        return FALSE;
    SpKeyFault faults[SP_KEY_FAULTS_MAX];
    guint count = sp_key_faults(key, environment->now, faults);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *when = key->expires != 0 ? sp_epoch_iso8601(key->expires) : g_strdup("never");
    g_string_append_printf(out, "key %s, %s of %u bits, expires %s, '%s'\n", key->fingerprint,
                           key->algorithm, key->bits, when, key->owner);
    for (SpHostGroup group = SP_HOSTS_CLASSIC; group < SP_HOST_GROUPS; group++)
        add_group(out, group, key, faults, count);
    if (!sp_print(out->str, error))
        return FALSE;
    if (count == 0)
        return TRUE;
    sp_throw(error, SP_ERROR_NO, "not every release takes key '%s'", named);
    return sp_hint(error, SP_HINT_NEW_KEY);
}

static gboolean check_name(const char *name, GError **error)
{
    if (name == NULL) {
        sp_throw(error, SP_ERROR_USAGE, "'key export' needs --key-name");
        return sp_hint(error, "it is " KEY_FILE_START "<VENDOR> of the description: hosts look for "
                              "the key under that name");
    }
    return sp_key_name_check(name, error);
}

static gboolean write_key(const SpRun *run, const char *named, GError **error)
{
    const SpOptions *options = run->options;
    if (!check_name(options->key_name, error))
        return FALSE;
    const char *dir = options->output != NULL ? options->output : ".";
    g_autoptr(GBytes) key =
        sp_key_export(run->environment->gnupg_home, named, run->environment->now, error);
    g_autoptr(SpOutset) set = key != NULL ? sp_outset_new(dir, options->force, error) : NULL;
    SpOutfile *out = set != NULL ? sp_outset_add(set, options->key_name, error) : NULL;
    if (out == NULL ||
        !sp_write_bytes(sp_outfile_fd(out), key, NULL, sp_outfile_path(out), error) ||
        !sp_outset_publish(set, error))
        return FALSE;
    sp_log_note(&run->log,
                "on each host, where the file keeps this name: "
                "/opt/xensource/debug/import-update-key %s",
                options->key_name);
    g_autofree char *line = g_strdup_printf("%s\n", sp_outfile_path(out));
    return sp_print(line, error);
}

gboolean sp_cmd_key(const SpRun *run, GError **error)
{
    static const struct {
        const char *name;
        gboolean (*go)(const SpRun *, const char *, GError **);
    } verbs[] = {{"new", make}, {"check", check}, {"export", write_key}};
    const char *verb = run->options->operands->pdata[0], *key = run->options->operands->pdata[1];
    SpNearest nearest = {.word = verb};
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (strcmp(verb, verbs[i].name) == 0)
            return verbs[i].go(run, key, error);
        sp_nearest_offer(&nearest, verbs[i].name);
    }
    g_autofree char *question = sp_nearest_question(&nearest);
    sp_throw(error, SP_ERROR_USAGE, "'key' has no '%s'%s", verb, question);
    return sp_hint(error, "suppack key new 'NAME <ADDRESS>', key check KEY, key export KEY");
}
