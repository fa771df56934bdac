/* SPDX-License-Identifier: MIT */
/* What host/maps.h says of the machine it runs on, for the tests in virtual hosts. QuantaStor is
 * the array. A line a thing, its fields between tabs:
 *   known | unknown WHY
 *   map NAME WWID OURS POLICY FEATURES HANDLER READY TABLE
 *   group STATE SELECTOR PATHS                      (of the map above)
 *   path MAJOR MINOR STATE GROUP ARGS DISK READY
 *   disk NAME MAJOR MINOR VENDOR MODEL STATE OURS MAPPED
 * usage: hook_maps [-r ROOT]
 *        hook_maps agrees [KEYWORD=VALUE]... [daemon]   each of the array's maps: "yes" or why not
 *        hook_maps lost COMMAND                         what is missing after the command */
#include "maps.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_quantastor(void *context, const char *vendor, const char *model)
{
    (void)context;
    return strcmp(vendor, "OSNEXUS ") == 0 && strcmp(model, "QUANTASTOR      ") == 0;
}

static bool look(const char *root, struct maps *maps)
{
    struct fail f;
    bool known = maps_read(root, is_quantastor, NULL, maps, &f);
    if (!known)
        printf("unknown\t%s\n", f.text);
    return known && maps->known;
}

#define TEXT(t) (int)(t).n, (t).p ? (t).p : ""

static void print_map(const struct map *map)
{
    printf("map\t%s\t%s\t%d\t%s\t%.*s\t%.*s\t%zu\t%s\n", map->name, map->wwid, map->ours,
           map_policy(map), TEXT(map->features), TEXT(map->handler), map_ready(map),
           map->parsed ? map->table : "not parsed");
    for (size_t i = 0; i < map->n_groups; i++)
        printf("group\t%c\t%.*s\t%zu\n", map->groups[i].state, TEXT(map->groups[i].selector),
               map->groups[i].n_paths);
    for (size_t i = 0; i < map->n_paths; i++) {
        const struct map_path *path = &map->paths[i];
        printf("path\t%u\t%u\t%c\t%zu\t%.*s\t%s\t%d\n", path->major, path->minor, path->state,
               path->group, TEXT(path->args), path->disk ? path->disk->name : "none",
               map_path_ready(path));
    }
}

static void print_all(const char *root)
{
    struct maps maps;
    if (look(root, &maps))
        puts("known");
    for (size_t i = 0; i < maps.n; i++)
        print_map(&maps.maps[i]);
    for (size_t i = 0; i < maps.n_disks; i++) {
        const struct disk *disk = &maps.disks[i];
        printf("disk\t%s\t%u\t%u\t%s\t%s\t%s\t%d\t%d\n", disk->name, disk->major, disk->minor,
               disk->vendor, disk->model, disk->state, disk->ours, disk->mapped);
    }
    maps_free(&maps);
}

static bool take(const char *word, const char *keyword, const char **value)
{
    size_t n = strlen(keyword);
    if (strncmp(word, keyword, n) != 0 || word[n] != '=')
        return false;
    *value = word + n + 1;
    return true;
}

static void agrees(char **words)
{
    struct map_wanted wanted = {0};
    struct maps maps;
    for (; *words; words++) {
        if (strcmp(*words, "daemon") == 0)
            wanted.daemon = true;
        else if (!take(*words, "path_grouping_policy", &wanted.path_grouping_policy) &&
                 !take(*words, "path_selector", &wanted.path_selector) &&
                 !take(*words, "rr_min_io", &wanted.rr_min_io) &&
                 !take(*words, "rr_min_io_rq", &wanted.rr_min_io_rq) &&
                 !take(*words, "no_path_retry", &wanted.no_path_retry) &&
                 !take(*words, "features", &wanted.features) &&
                 !take(*words, "hardware_handler", &wanted.hardware_handler))
            exit(2);
    }
    look("", &maps);
    for (size_t i = 0; i < maps.n; i++) {
        struct buf why = {0};
        if (maps.maps[i].ours)
            puts(map_agrees(&maps.maps[i], &wanted, &why) ? "yes" : buf_cstr(&why));
        buf_free(&why);
    }
    maps_free(&maps);
}

static int lost(const char *command)
{
    struct maps before, after;
    struct buf why = {0};
    look("", &before);
    int status = system(command);
    look("", &after);
    if (maps_lost(&before, &after, &why))
        puts(buf_cstr(&why));
    buf_free(&why);
    maps_free(&before);
    maps_free(&after);
    return status != 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "lost") == 0)
        return lost(argv[2]);
    if (argc > 1 && strcmp(argv[1], "agrees") == 0)
        agrees(argv + 2);
    else
        print_all(argc == 3 ? argv[2] : "");
    return 0;
}
