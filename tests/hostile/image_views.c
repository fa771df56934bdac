/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What our two readers make of images, for tests: of each operand "image PATH", a line "breach RULE
 * ..." an error, then, unless there is one, "rock|joliet|libarchive SHA256 PATH" a file. Rules are
 * those of the volume alone: nothing of what is in the files is judged. */
#include "cleanup.h"
#include "fileio.h"
#include "image_in.h"
#include "judge.h"
#include "sha256.h"
#include "verify_rules.h"

#include <stdio.h>
#include <unistd.h>

static void print_tree(const char *whose, const GPtrArray *tree, GBytes *image)
{
    for (guint i = 0; i < tree->len; i++) {
        const SpVolumeNode *node = tree->pdata[i];
        if (node->is_dir)
            continue;
        g_autoptr(GBytes) content = g_bytes_new_from_bytes(
            image, node->size > 0 ? (gsize)node->extent * 2048 : 0, (gsize)node->size);
        g_autofree char *sha256 = sp_sha256(content);
        (void)printf("%s %s %s\n", whose, sha256, node->path);
    }
}

static void print_entries(const GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++) {
        SpEntry *entry = entries->pdata[i];
        if (!entry->is_dir)
            (void)printf("libarchive %s %s\n", sp_entry_sha256(entry), entry->path);
    }
}

static void look_at(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpVolume) volume = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    autofd int fd = sp_open_path(path, &error);
    g_autoptr(GPtrArray) entries =
        fd >= 0 ? sp_image_read(fd, path, &volume, findings, &error) : NULL;
    (void)printf("image %s\n", path);
    if (entries == NULL) {
        (void)printf("breach refused\n");
        return;
    }
    const SpSurvey survey = {.file = (char *)path, .volume = volume, .entries = entries};
    sp_judge_volume(&survey, findings);
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *one = findings->all->pdata[i];
        if (one->severity == SP_BAD)
            (void)printf("breach %s %s: %s\n", one->rule, one->file, one->text);
    }
    g_autoptr(GBytes) image = findings->bad == 0 ? sp_map_fd(fd, path, NULL, &error) : NULL;
    if (image == NULL)
        return;
    print_tree("rock", volume->rock, image);
    print_tree("joliet", volume->joliet, image);
    print_entries(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        look_at(argv[i]);
    return 0;
}
