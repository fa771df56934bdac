/* SPDX-License-Identifier: MIT */
#include "ready.h"

/* A map's own line names its dm-N and is not drawn as part of a tree. */
static bool is_map_line(struct text line)
{
    if (!line.n || strchr(" |`\\+-[", line.p[0]))
        return false;
    for (size_t i = 0; i + 4 < line.n; i++)
        if (memcmp(line.p + i, " dm-", 4) == 0 && line.p[i + 4] >= '0' && line.p[i + 4] <= '9')
            return true;
    return false;
}

/* Behind what draws the tree, "2:0:0:1", or "#:#:#:#" of a disk that is no SCSI one. */
static bool is_path_line(struct text line)
{
    size_t i = 0;
    int colons = 0;
    while (i < line.n && strchr(" |`\\+-_", line.p[i]))
        i++;
    for (; i < line.n && (line.p[i] == ':' || line.p[i] == '#' || line.p[i] == '-' ||
                          (line.p[i] >= '0' && line.p[i] <= '9'));
         i++)
        colons += line.p[i] == ':';
    return colons == 3 && i < line.n && line.p[i] == ' ';
}

static bool has_word(struct text line, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 1; i + n <= line.n; i++)
        if (memcmp(line.p + i, word, n) == 0 && strchr(" [", line.p[i - 1]) &&
            (i + n == line.n || strchr(" ]\r\n", line.p[i + n])))
            return true;
    return false;
}

bool topology_ready(struct text topology, bool every, bool empty_too, struct text *map,
                    struct text *path)
{
    struct text line;
    bool ready = true;
    *map = *path = (struct text){"", 0};
    for (size_t at = 0; text_line(topology, &at, &line);) {
        if (is_map_line(line)) {
            if (!ready && !(empty_too && !path->n))
                return false;
            *map = text_trim(line);
            *path = (struct text){"", 0};
            ready = false;
        } else if (map->n && is_path_line(line)) {
            bool good = has_word(line, "ready") || has_word(line, "ghost");
            ready = ready || good;
            if (!good)
                *path = text_trim(line);
            if (!good && every)
                return false;
        }
    }
    return ready || (empty_too && !path->n);
}

bool kernel_ready(const struct maps *maps)
{
    bool ready = maps->known;
    for (size_t i = 0; i < maps->n && ready; i++)
        ready = maps->maps[i].n_paths && map_ready(&maps->maps[i]) == maps->maps[i].n_paths;
    return ready;
}

bool disks_ready(const struct maps *maps, bool every, struct fail *f)
{
    for (size_t i = 0; i < maps->n; i++) {
        const struct map *map = &maps->maps[i];
        const struct disk *down = NULL;
        size_t running = 0;
        /* The daemon has a disk that is gone no more, with a reload or without. */
        for (size_t k = 0; k < map->n_paths; k++) {
            const struct disk *disk = map->paths[k].disk;
            bool runs = disk && disk_runs(disk);
            running += runs;
            if (disk && !runs)
                down = disk;
        }
        if (down && (every || !running)) {
            fail_with(f, NOT_TAKEN, "the path '%s' of the map '%s' is '%s'", down->name, map->name,
                      down->state);
            return false;
        }
    }
    return true;
}
