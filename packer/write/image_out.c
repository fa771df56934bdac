/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_out.h"
#include "digester.h"
#include "fileio.h"

#include <stdint.h>
#define LIBISOFS_WITHOUT_LIBBURN
#include <libisofs/libisofs.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR    2048
#define CHUNK     (1 << 20)
#define KEPT      20      /* letters of a name, at least: 31 with what tells them apart */
#define TRIES_MAX 1000000 /* 1400 of one name; half a second */
#define FIFO      32      /* sectors, the least libisofs takes */
/* Of what set_options() and add_entries() do, as far as bytes of the image depend on it. */
#define LAYOUT 1

G_DEFINE_AUTOPTR_CLEANUP_FUNC(IsoImage, iso_image_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IsoWriteOpts, iso_write_opts_free)

static gboolean fail(GError **error, const char *what, int rc)
{
    return sp_throw(error, SP_ERROR_SYSTEM, "cannot write %s into the image: %s", what,
                    iso_error_to_msg(rc));
}

/* A file of the image as libisofs reads it: straight out of the bytes, which may be a mapped file
 * of several GiB. Streams of one number would become one file. */
typedef struct {
    GBytes *bytes;
    gsize at, kept; /* kept: from there on in memory, where it is a mapped file */
    ino_t number;
} Source;

static Source *source_new(GBytes *bytes, ino_t number)
{
    Source *source = g_new0(Source, 1);
    *source = (Source){.bytes = g_bytes_ref(bytes), .number = number};
    return source;
}

static int source_open(IsoStream *stream)
{
    Source *source = stream->data;
    source->at = source->kept = 0;
    return 1;
}

static int source_close(IsoStream *stream)
{
    (void)stream;
    return 1;
}

static off_t source_size(IsoStream *stream)
{
    return (off_t)g_bytes_get_size(((Source *)stream->data)->bytes);
}

static int source_read(IsoStream *stream, void *buffer, size_t count)
{
    Source *source = stream->data;
    gsize size = 0;
    const char *data = g_bytes_get_data(source->bytes, &size);
    gsize part = MIN(MIN(count, size - source->at), (gsize)G_MAXINT);
    if (part > 0)
        memcpy(buffer, data + source->at, part);
    source->at += part;
    if (source->at - source->kept >= SP_PIECE || source->at == size) {
        sp_map_forget(data + source->kept, source->at - source->kept);
        source->kept = source->at;
    }
    return (int)part;
}

static int source_repeatable(IsoStream *stream)
{
    (void)stream;
    return 1;
}

static void source_id(IsoStream *stream, unsigned int *fs, dev_t *dev, ino_t *ino)
{
    *fs = 0;
    *dev = 0;
    *ino = ((Source *)stream->data)->number;
}

static void source_free(IsoStream *stream)
{
    Source *source = stream->data;
    g_bytes_unref(source->bytes);
    g_free(source);
}

static int source_update_size(IsoStream *stream)
{
    (void)stream;
    return 1; /* bytes do not change */
}

static IsoStream *source_input(IsoStream *stream, int flag)
{
    (void)stream;
    (void)flag;
    return NULL; /* it filters nothing */
}

static IsoStreamIface source_class = {
    .version = 2,
    .type = {'u', 's', 'e', 'r'},
    .open = source_open,
    .close = source_close,
    .get_size = source_size,
    .read = source_read,
    .is_repeatable = source_repeatable,
    .get_id = source_id,
    .free = source_free,
    .update_size = source_update_size,
    .get_input_stream = source_input,
};

static gboolean add_file(IsoDir *parent, const SpEntry *entry, const char *base, ino_t number,
                         GError **error)
{
    IsoStream *stream = calloc(1, sizeof(*stream)); /* freed by libisofs */
    if (stream == NULL)
        return sp_throw_errno(error, "cannot write '%s' into the image", entry->path);
    *stream = (IsoStream){&source_class, 1, source_new(entry->content, number)};
    IsoFile *file = NULL;
    int rc = iso_tree_add_new_file(parent, base, stream, &file);
    if (rc < 0) {
        iso_stream_unref(stream);
        return fail(error, entry->path, rc);
    }
    iso_node_set_permissions(ISO_NODE(file), entry->mode);
    return TRUE;
}

static IsoDir *folder_of(GHashTable *folders, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    return g_hash_table_lookup(folders, folder);
}

static gboolean add_folder(GHashTable *folders, const SpEntry *entry, const char *base,
                           GError **error)
{
    IsoDir *parent = folder_of(folders, entry->path), *dir = NULL;
    int rc = parent != NULL ? iso_tree_add_new_dir(parent, base, &dir) : (int)ISO_NULL_POINTER;
    if (rc < 0)
        return fail(error, entry->path, rc);
    iso_node_set_permissions(ISO_NODE(dir), entry->mode);
    g_hash_table_insert(folders, entry->path, dir);
    return TRUE;
}

/* In what order the files lie: what libisofs goes by when nothing else tells two of them apart. */
typedef struct {
    const SpEntry *entry;
    ino_t number;
} Place;

static gint backwards(gconstpointer a, gconstpointer b)
{
    return strcmp(((const Place *)b)->entry->path, ((const Place *)a)->entry->path);
}

static GArray *places_of(const GPtrArray *entries)
{
    GArray *places = g_array_sized_new(FALSE, FALSE, sizeof(Place), entries->len);
    for (guint i = 0; i < entries->len; i++) {
        Place place = {entries->pdata[i], i + 1};
        if (!place.entry->is_dir)
            g_array_append_val(places, place);
    }
    g_array_sort(places, backwards);
    return places;
}

/* Folders first; then files from the last name to the first, since libisofs looks for the place of
 * each from the start of its folder, and thousands in order would be looked at one by one. */
static gboolean add_entries(IsoImage *image, const GPtrArray *entries, GError **error)
{
    g_autoptr(GHashTable) folders = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(folders, (gpointer) ".", iso_image_get_root(image));
    for (guint i = 0; i < entries->len; i++) {
        const SpEntry *entry = entries->pdata[i];
        g_autofree char *base = g_path_get_basename(entry->path);
        if (entry->is_dir && !add_folder(folders, entry, base, error))
            return FALSE;
    }
    g_autoptr(GArray) places = places_of(entries);
    for (guint i = 0; i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);
        g_autofree char *base = g_path_get_basename(place->entry->path);
        IsoDir *parent = folder_of(folders, place->entry->path);
        if (parent == NULL)
            return fail(error, place->entry->path, ISO_NULL_POINTER);
        if (!add_file(parent, place->entry, base, place->number, error))
            return FALSE;
    }
    iso_node_set_permissions(ISO_NODE(iso_image_get_root(image)), 0755);
    return TRUE;
}

/* Every call that keeps the clock, the time zone or the uid out; each was seen to matter
 * (libisofs 1.5.4, two images compared). 0 or more = good. */
static int set_options(IsoWriteOpts *opts, gint64 epoch)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(epoch);
    /* In this form the volume's own dates know no time zone. */
    g_autofree char *digits = g_date_time_format(when, "%Y%m%d%H%M%S00");
    time_t t = (time_t)epoch;
    const int results[] = {
        iso_write_opts_set_iso_level(opts, 3),
        iso_write_opts_set_rockridge(opts, 1),
        /* 1.10, as genisoimage writes it: without the serial numbers of 1.12, which libisofs hands
         * out in the order of its nodes' addresses, so that the size of the environment shows. */
        iso_write_opts_set_rrip_version_1_10(opts, 1),
        iso_write_opts_set_rrip_1_10_px_ino(opts, 0),
        iso_write_opts_set_joliet(opts, 1),
        iso_write_opts_set_joliet_long_names(opts, 1),
        iso_write_opts_set_joliet_longer_paths(opts, 1),
        /* In Joliet a name without a dot stays without: XS-PACKAGES, the key. */
        iso_write_opts_set_no_force_dots(opts, 2),
        iso_write_opts_set_replace_mode(opts, 0, 0, 2, 2),
        iso_write_opts_set_default_uid(opts, 0),
        iso_write_opts_set_default_gid(opts, 0),
        iso_write_opts_set_replace_timestamps(opts, 2),
        iso_write_opts_set_default_timestamp(opts, t),
        iso_write_opts_set_always_gmt(opts, 1),
        iso_write_opts_set_pvd_times(opts, t, t, 0, t, digits),
        iso_write_opts_set_sort_files(opts, 1),
        iso_write_opts_set_output_charset(opts, "UTF-8"),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
        if (results[i] < 0)
            return results[i];
    return 0;
}

/* A read that would go past the end gives nothing of what is left: so towards it, `left` being the
 * bytes still to come, it is one sector a call. */
static int fill(struct burn_source *source, unsigned char *buffer, off_t left)
{
    int filled = 0;
    while (filled < CHUNK) {
        int n = source->read_xt(source, buffer + filled, left < CHUNK ? SECTOR : CHUNK - filled);
        if (n < 0)
            return n;
        if (n == 0)
            break;
        filled += n;
    }
    return filled;
}

/* Writes and digests at the same time: of gigabytes each takes as long as the other. */
static gboolean copy_pieces(struct burn_source *source, SpDigester *to, int fd, const char *name,
                            GError **error)
{
    off_t size = source->get_size(source);
    for (off_t at = 0; at < size;) {
        SpPiece *piece = sp_digester_take(to);
        int n = fill(source, piece->data, size - at);
        piece->size = (gsize)MAX(n, 0);
        gboolean good = n > 0 ? sp_write_all(fd, piece->data, piece->size, name, error)
                              /* the end, before all of it: what gives it has given up */
                              : fail(error, "the volume", ISO_WRITE_ERROR);
        if (!good) {
            sp_digester_give_back(to, piece);
            return FALSE;
        }
        sp_digester_add(to, piece);
        sp_write_started(fd, at, n);
        at += n;
    }
    return TRUE;
}

static gboolean copy_out(struct burn_source *source, int fd, const char *name, char **sha256,
                         GError **error)
{
    SpDigester *to = sp_digester_new();
    gboolean good = copy_pieces(source, to, fd, name, error);
    g_autofree char *digest = sp_digester_end(to);
    if (good)
        *sha256 = g_steal_pointer(&digest);
    return good;
}

static void close_source(struct burn_source *source, gboolean early)
{
    if (early && source->version >= 1 && source->cancel != NULL)
        source->cancel(source);
    source->free_data(source);
    free(source);
}

static gboolean write_volume(IsoImage *image, IsoWriteOpts *opts, int fd, const char *name,
                             char **sha256, GError **error)
{
    struct burn_source *source = NULL;
    int rc = iso_image_create_burn_source(image, opts, &source);
    if (rc < 0)
        return fail(error, "the volume", rc);
    gboolean good = copy_out(source, fd, name, sha256, error);
    close_source(source, !good);
    return good;
}

/* Everything in front of the first file's bytes. */
static GBytes *read_records(struct burn_source *source, gsize size, GError **error)
{
    g_autofree guint8 *records = g_malloc(size);
    for (gsize at = 0; at < size;) {
        int n = source->read_xt(source, records + at, (int)MIN(size - at, (gsize)CHUNK));
        if (n <= 0) {
            fail(error, "the volume", n < 0 ? n : (int)ISO_WRITE_ERROR);
            return NULL;
        }
        at += (gsize)n;
    }
    return g_bytes_new_take(g_steal_pointer(&records), size);
}

static SpLayout *lay_volume(IsoImage *image, IsoWriteOpts *opts, GError **error)
{
    struct burn_source *source = NULL;
    uint32_t first = 0;
    /* As little as may be is read of the first file before it is told to stop. */
    (void)iso_write_opts_set_fifo_size(opts, FIFO);
    int rc = iso_image_create_burn_source(image, opts, &source);
    if (rc >= 0 && (rc = iso_write_opts_get_data_start(opts, &first, 0)) < 0)
        close_source(source, TRUE);
    if (rc < 0) {
        fail(error, "the volume", rc);
        return NULL;
    }
    g_autoptr(SpLayout) layout = sp_layout_new();
    layout->size = source->get_size(source);
    layout->records = read_records(source, (gsize)first * SECTOR, error);
    close_source(source, TRUE);
    return layout->records != NULL ? g_steal_pointer(&layout) : NULL;
}

static gboolean open_volume(const char *volume_id, const GPtrArray *entries, gint64 epoch,
                            IsoImage **image, IsoWriteOpts **opts, GError **error)
{
    int rc = iso_init();
    if (rc < 0)
        return fail(error, "anything", rc);
    /* What goes wrong comes back as codes; nothing is printed. */
    (void)iso_set_msgs_severities("NEVER", "NEVER", "");
    (void)iso_set_local_charset((char *)"UTF-8", 0);
    rc = iso_image_new(volume_id, image);
    if (rc >= 0)
        rc = iso_write_opts_new(opts, 0);
    if (rc >= 0)
        rc = set_options(*opts, epoch);
    if (rc < 0)
        return fail(error, "the volume", rc);
    g_autofree char *version = sp_image_version();
    g_autofree char *maker =
        g_strdup_printf(SP_LAYOUT_MAKER "LAYOUT %d LIBISOFS %s", LAYOUT, version);
    iso_image_set_application_id(*image, maker);
    return add_entries(*image, entries, error);
}

gboolean sp_image_write(int fd, const char *name, const char *volume_id, const GPtrArray *entries,
                        gint64 epoch, char **sha256, GError **error)
{
    g_autoptr(IsoImage) image = NULL;
    g_autoptr(IsoWriteOpts) opts = NULL;
    return open_volume(volume_id, entries, epoch, &image, &opts, error) &&
           write_volume(image, opts, fd, name, sha256, error);
}

/* A name as far as ISO 9660 keeps it, for files of one folder: what is not in it is one mark. */
static char *kept_of(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
    GString *kept = g_string_new(folder);
    gsize start = kept->len;
    g_string_append_c(kept, '/');
    for (const char *at = base; *at != '\0' && kept->len - start < KEPT; at++)
        if (g_ascii_isalnum(*at))
            g_string_append_c(kept, g_ascii_toupper(*at));
        else if (kept->str[kept->len - 1] != '/')
            g_string_append_c(kept, '/');
    return g_string_free(kept, FALSE);
}

/* libisofs gives names that become the same numbers, and tries them one by one: it takes minutes
 * for what a hostile image may have of them. */
static gboolean is_quick(const GPtrArray *entries)
{
    g_autoptr(GHashTable) alike = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint tries = 0;
    for (guint i = 0; i < entries->len && tries <= TRIES_MAX; i++) {
        char *kept = kept_of(((const SpEntry *)entries->pdata[i])->path);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(alike, kept));
        tries += count;
        g_hash_table_replace(alike, kept, GUINT_TO_POINTER(count + 1));
    }
    return tries <= TRIES_MAX;
}

SpLayout *sp_image_lay(const char *volume_id, const GPtrArray *entries, gint64 epoch,
                       GError **error)
{
    if (!is_quick(entries)) {
        sp_throw(error, SP_ERROR_INPUT, "too many of them have names that ISO 9660 makes the same");
        return NULL;
    }
    g_autoptr(IsoImage) image = NULL;
    g_autoptr(IsoWriteOpts) opts = NULL;
    return open_volume(volume_id, entries, epoch, &image, &opts, error)
               ? lay_volume(image, opts, error)
               : NULL;
}

char *sp_image_version(void)
{
    int major = 0, minor = 0, micro = 0;
    iso_lib_version(&major, &minor, &micro);
    return g_strdup_printf("%d.%d.%d", major, minor, micro);
}
