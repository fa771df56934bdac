/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_tags.h"

#include <rpm/rpmfiles.h>
#include <string.h>
#include <sys/stat.h>

/* The strings of a tag that has them by number, each once. */
typedef struct {
    Header header;
    rpmTagVal tag;
    GPtrArray *all;
} Dictionary;

static void look_up(const Dictionary *words, const char *word, Header header, rpmTagVal index)
{
    guint32 at = 0;
    while (at < words->all->len && strcmp(words->all->pdata[at], word) != 0)
        at++;
    if (at == words->all->len) {
        g_ptr_array_add(words->all, g_strdup(word));
        sp_rpm_put_string(words->header, words->tag, word);
    }
    sp_rpm_put_number(header, index, at);
}

/* What file(1) would say, as far as rpm makes anything of it: the colour of a file is the machine's
 * word, which decides where two packages have a file of one name. */
static const char *class_of(const SpEntry *entry, guint32 *colour)
{
    static const char elf[] = "\177ELF"; /* then 1 for 32 bit, 2 for 64 */
    *colour = 0;
    if (entry->is_dir)
        return "directory";
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(entry->content, &size);
    if (size == 0)
        return "empty";
    if (size > strlen(elf) && memcmp(data, elf, strlen(elf)) == 0) {
        *colour = data[strlen(elf)] == 1 ? 1 : 2;
        return *colour == 1 ? "ELF 32-bit LSB executable" : "ELF 64-bit LSB executable";
    }
    if (!g_utf8_validate_len((const char *)data, size, NULL))
        return "data";
    for (gsize i = 0; i < size; i++)
        if (data[i] >= 0x80)
            return "UTF-8 text";
    return "ASCII text";
}

static void put_digest(Header header, const SpEntry *entry, GChecksumType type)
{
    g_autofree char *digest =
        entry->is_dir ? g_strdup("") : g_compute_checksum_for_bytes(type, entry->content);
    sp_rpm_put_string(header, RPMTAG_FILEDIGESTS, digest);
}

/* The same for all files here: of root's, no link, no device, no configuration, all of it looked at
 * by rpm -V. */
static void put_usual(Header header)
{
    const guint16 none = 0;
    sp_rpm_put_string(header, RPMTAG_FILELINKTOS, "");
    sp_rpm_put_string(header, RPMTAG_FILELANGS, "");
    sp_rpm_put_string(header, RPMTAG_FILEUSERNAME, "root");
    sp_rpm_put_string(header, RPMTAG_FILEGROUPNAME, "root");
    sp_rpm_put_number(header, RPMTAG_FILEVERIFYFLAGS, G_MAXUINT32);
    sp_rpm_put_number(header, RPMTAG_FILEDEVICES, 1);
    sp_rpm_put(header, RPMTAG_FILERDEVS, RPM_INT16_TYPE, &none, 1);
}

/* As rpmbuild marks it, by where it lies. */
static gboolean is_documentation(const SpEntry *entry)
{
    return !entry->is_dir && g_str_has_prefix(entry->path, "usr/share/doc/");
}

static void put_path(Header header, const char *path, const Dictionary *folders)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    g_autofree char *folder = g_strdup_printf("/%.*s", (int)(base - path), path);
    sp_rpm_put_string(header, RPMTAG_BASENAMES, base);
    look_up(folders, folder, header, RPMTAG_DIRINDEXES);
}

void sp_rpm_put_files(Header header, const GPtrArray *tree, GChecksumType digest, guint32 mtime)
{
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) classes = g_ptr_array_new_with_free_func(g_free);
    guint32 total = 0;
    for (guint i = 0; i < tree->len; i++) {
        const SpEntry *entry = tree->pdata[i];
        guint32 colour = 0, size = entry->is_dir ? 0 : (guint32)g_bytes_get_size(entry->content);
        guint16 mode = (guint16)((entry->is_dir ? S_IFDIR : S_IFREG) | entry->mode);
        const char *class = class_of(entry, &colour);
        total += size;
        put_path(header, entry->path, &(Dictionary){header, RPMTAG_DIRNAMES, folders});
        sp_rpm_put_number(header, RPMTAG_FILESIZES, size);
        sp_rpm_put(header, RPMTAG_FILEMODES, RPM_INT16_TYPE, &mode, 1);
        sp_rpm_put_number(header, RPMTAG_FILEMTIMES, mtime);
        sp_rpm_put_number(header, RPMTAG_FILEINODES, i + 1);
        put_digest(header, entry, digest);
        put_usual(header);
        sp_rpm_put_number(header, RPMTAG_FILEFLAGS, is_documentation(entry) ? RPMFILE_DOC : 0);
        sp_rpm_put_number(header, RPMTAG_FILECOLORS, colour);
        look_up(&(Dictionary){header, RPMTAG_CLASSDICT, classes}, class, header, RPMTAG_FILECLASS);
    }
    sp_rpm_put_number(header, RPMTAG_SIZE, total);
}
