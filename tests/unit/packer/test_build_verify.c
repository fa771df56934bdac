/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The read-back of `build`: a good image passes, and each thing that is not as it was meant stops
 * it. The stages run here as cmd_build runs them, up to the file that would be published. */
#define _GNU_SOURCE /* memmem */
#include "build.h"
#include "cleanup.h"
#include "helper_pack.h"
#include "image_out.h"
#include "sha256.h"

#include <fcntl.h>

typedef struct {
    SpOptions options;
    SpEnvironment environment;
    SpRun run;
    SpBuild build;
    char *dir;
    char *iso;
    int fd;
} Bench;

static int set_up(void **state)
{
    g_autoptr(GError) error = NULL;
    Bench *bench = g_new0(Bench, 1);
    assert_int_equal(make_dir((void **)&bench->dir), 0);
    bench->environment.tmpdir = bench->dir;
    bench->run = (SpRun){&bench->options, &bench->environment, {.verbosity = SP_LOG_QUIET}};
    SpBuild *build = &bench->build;
    build->run = &bench->run;
    build->pack = a_pack();
    build->pack->classic = TRUE;
    build->key_name = g_strdup("");
    build->epoch = 1700000000;
    build->parts = sp_parts_read(BUILD_DIR "/bin/suppack", &error);
    build->scratch = sp_scratch_new(bench->dir, &error);
    g_autofree char *sha256 = NULL;
    bench->iso = g_build_filename(bench->dir, "x.iso", NULL);
    bench->fd = open(bench->iso, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (build->parts == NULL || !sp_build_rpms(build, &error) || !sp_build_image(build, &error) ||
        !sp_image_write(bench->fd, "x.iso", "ACME_MP", build->image, build->epoch, &sha256, &error))
        fail_msg("%s", error->message);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    Bench *bench = *state;
    SpBuild *build = &bench->build;
    sp_pack_free(build->pack);
    sp_parts_free(build->parts);
    sp_scratch_free(build->scratch);
    g_free(build->key_name);
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++) {
        g_ptr_array_unref(build->layout[role]);
        g_bytes_unref(build->rpm[role]);
        g_free(build->rpm_path[role]);
    }
    g_ptr_array_unref(build->image);
    sp_close_quietly(&bench->fd);
    void *dir = bench->dir;
    int rc = remove_dir(&dir);
    g_free(bench->iso);
    g_free(bench);
    return rc;
}

static void assert_passes(const Bench *bench)
{
    g_autoptr(GError) error = NULL;
    if (!sp_build_verify(&bench->build, bench->fd, "x.iso", &error))
        fail_msg("%s", error->message);
}

static void assert_stopped(const Bench *bench, const char *part)
{
    g_autoptr(GError) error = NULL;
    assert_false(sp_build_verify(&bench->build, bench->fd, "x.iso", &error));
    assert_error(&error, 4, part);
}

static void replace_content(GPtrArray *tree, const char *path, const char *text)
{
    SpEntry *entry = sp_tree_find(tree, path);
    assert_non_null(entry);
    g_bytes_unref(entry->content);
    entry->content = bytes_of(text);
}

static void what_is_on_the_image(void **state)
{
    Bench *bench = *state;
    assert_passes(bench);
    sp_tree_find(bench->build.image, "README.txt")->mode = 0755;
    assert_stopped(bench, "'README.txt' has another kind or mode");
    sp_tree_find(bench->build.image, "README.txt")->mode = 0644;
    sp_tree_take_text(bench->build.image, "more", 0644, g_strdup("x"));
    assert_stopped(bench, "'more' is missing");
    g_ptr_array_set_size(bench->build.image, (int)bench->build.image->len - 1);
    assert_passes(bench);
    replace_content(bench->build.image, "README.txt", "other");
    assert_stopped(bench, "'README.txt' has another content");
}

static void an_entry_nobody_asked_for(void **state)
{
    Bench *bench = *state;
    for (guint i = 0; i < bench->build.image->len; i++)
        if (strcmp(((SpEntry *)bench->build.image->pdata[i])->path, "README.txt") == 0)
            g_ptr_array_remove_index(bench->build.image, i);
    assert_stopped(bench, "has entries that were not asked for");
}

static void time_stamps(void **state)
{
    Bench *bench = *state;
    bench->build.epoch++;
    assert_stopped(bench, "has another time stamp");
}

static void what_is_in_the_packages(void **state)
{
    Bench *bench = *state;
    GPtrArray *payload = bench->build.layout[SP_PAYLOAD];
    sp_tree_find(payload, "opt/acme-mp/bin/multipath-hook")->mode = 0644;
    assert_stopped(bench, "'opt/acme-mp/bin/multipath-hook' has another kind or mode");
    sp_tree_find(payload, "opt/acme-mp/bin/multipath-hook")->mode = 0755;
    bench->build.installed++;
    assert_stopped(bench, "has another installed size");
    bench->build.installed--;
    assert_passes(bench);
    replace_content(payload, "opt/acme-mp/share/acme-mp/pack.conf", "other");
    assert_stopped(bench, "'opt/acme-mp/share/acme-mp/pack.conf' has another content");
}

/* What lies in both halves is looked at in both. */
static void what_is_in_the_classic_half(void **state)
{
    Bench *bench = *state;
    GPtrArray *layout = bench->build.layout[SP_CLASSIC];
    sp_tree_find(bench->build.image, "install")->mode = 0644;
    assert_stopped(bench, "'install' has another kind or mode");
    sp_tree_find(bench->build.image, "install")->mode = 0755;
    sp_tree_find(layout, "opt/acme-mp/bin/multipath-hook.i386")->mode = 0644;
    assert_stopped(bench, "acme-mp-1.2-1.noarch.rpm: ");
    sp_tree_find(layout, "opt/acme-mp/bin/multipath-hook.i386")->mode = 0755;
    assert_passes(bench);
    bench->build.pack->classic = FALSE;
    assert_stopped(bench, "'the classic half' is there");
    bench->build.pack->classic = TRUE;
    replace_content(layout, "opt/acme-mp/bin/multipath-hook", "other");
    assert_stopped(bench, "'opt/acme-mp/bin/multipath-hook' has another content");
    replace_content(bench->build.image, "XS-PACKAGES", "<packages>\n</packages>\n");
    assert_stopped(bench, "'XS-PACKAGES' has another content");
}

static void what_update_xml_says(void **state)
{
    Bench *bench = *state;
    g_free(bench->build.pack->description);
    bench->build.pack->description = g_strdup("something else");
    assert_stopped(bench, "'update.xml' says something else");
}

/* A byte that changed on its way to the disk, somewhere in the image's data. */
static void a_byte_on_the_disk(void **state)
{
    Bench *bench = *state;
    gsize size = 0;
    const void *rpm = g_bytes_get_data(bench->build.rpm[SP_PAYLOAD], &size);
    g_autofree char *image = NULL;
    gsize length = 0;
    assert_true(g_file_get_contents(bench->iso, &image, &length, NULL));
    char *at = memmem(image, length, rpm, size);
    assert_non_null(at);
    char changed = (char)(at[size - 200] ^ 1);
    assert_int_equal(pwrite(bench->fd, &changed, 1, at + size - 200 - image), 1);
    assert_stopped(bench, "has another content");
}

/* An RPM that is right in itself, and not the one that was checked. */
static void another_package_than_was_checked(void **state)
{
    Bench *bench = *state;
    g_autofree char *path = sp_role_path(SP_PAYLOAD, bench->build.pack);
    SpEntry *meant = sp_tree_find(bench->build.image, path);
    (void)sp_entry_sha256(meant);
    meant->checked = TRUE;
    assert_passes(bench);
    replace_content(bench->build.image, path, "what was checked");
    g_free(meant->sha256);
    meant->sha256 = sp_sha256(meant->content);
    assert_stopped(bench, "has another content");
}

/* The description reached the packages, but a host would not take the result. */
static void what_a_host_would_not_take(void **state)
{
    Bench *bench = *state;
    g_autofree char *sha256 = NULL;
    g_autoptr(GError) error = NULL;
    replace_content(bench->build.image, "repodata/repomd.xml", "<repomd/>");
    assert_int_equal(ftruncate(bench->fd, 0), 0);
    assert_int_equal(lseek(bench->fd, 0, SEEK_SET), 0);
    assert_true(sp_image_write(bench->fd, "x.iso", "ACME_MP", bench->build.image,
                               bench->build.epoch, &sha256, &error));
    assert_stopped(bench, "would not be taken by a host");
}

static void a_cut_image(void **state)
{
    Bench *bench = *state;
    assert_int_equal(ftruncate(bench->fd, 100000), 0);
    assert_stopped(bench, "cannot read the image back");
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(what_is_on_the_image),
        ON_BENCH(an_entry_nobody_asked_for),
        ON_BENCH(time_stamps),
        ON_BENCH(what_is_in_the_packages),
        ON_BENCH(what_is_in_the_classic_half),
        ON_BENCH(what_update_xml_says),
        ON_BENCH(a_byte_on_the_disk),
        ON_BENCH(another_package_than_was_checked),
        ON_BENCH(what_a_host_would_not_take),
        ON_BENCH(a_cut_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
