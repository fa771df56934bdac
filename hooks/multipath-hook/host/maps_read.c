/* SPDX-License-Identifier: MIT */
/* maps_read(): the device-mapper and sysfs. */
#include "maps.h"
#include "openfd.h"
#include "rootfs.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CONTROL "/dev/mapper/control"

/* include/uapi/linux/dm-ioctl.h of the kernel, which musl has none of. Interface 4, the same layout
 * for 32 and 64 bits, since 2.6.0; devices are found by number since 2.6.10. A kernel before 2.6.25
 * has the size without the padding at the end, but looks at the command's number only. */
struct dm_ioctl {
    uint32_t version[3];
    uint32_t data_size, data_start; /* of what follows, header included; where the kernel put it */
    uint32_t target_count;
    int32_t open_count;
    uint32_t flags, event_nr, padding;
    uint64_t dev;
    char name[128], uuid[129], pad[7];
};
struct dm_target_spec {
    uint64_t sector_start, length;
    int32_t status;
    uint32_t next;
    char target_type[16]; /* its line follows, ended by a NUL */
};
_Static_assert(sizeof(struct dm_ioctl) == 312 && sizeof(struct dm_target_spec) == 40, "the ABI");

#define NAME_HEAD         12 /* struct dm_name_list: u64 dev, u32 next, the name */
#define LIST_DEVICES      0xc138fd02ul
#define DEV_STATUS        0xc138fd07ul
#define TABLE_STATUS      0xc138fd0cul
#define STATUS_TABLE_FLAG 0x10u
#define BUFFER_FULL_FLAG  0x100u
#define FIRST_BUFFER      (16u << 10)
#define MOST_BUFFER       (4u << 20)

/* One question after another over one descriptor, each answer until the next question. */
struct dm {
    int fd;
    size_t size;
    struct dm_ioctl *head; /* from malloc; data follows */
    struct text data;
};

/* 0, or errno. */
static int dm_ask(struct dm *dm, unsigned long command, uint32_t flags, uint64_t dev)
{
    for (;; dm->size *= 2) {
        dm->head = xgrow(dm->head, dm->size);
        memset(dm->head, 0, dm->size);
        dm->head->version[0] = 4;
        dm->head->data_size = (uint32_t)dm->size;
        dm->head->data_start = sizeof *dm->head;
        dm->head->flags = flags;
        dm->head->dev = dev;
        /* By number: libcs differ in ioctl()'s type of the command. */
        if (syscall(SYS_ioctl, dm->fd, command, dm->head) < 0)
            return errno;
        if (!(dm->head->flags & BUFFER_FULL_FLAG))
            break;
        if (dm->size >= MOST_BUFFER)
            return E2BIG;
    }
    size_t end = dm->head->data_size < dm->size ? dm->head->data_size : dm->size;
    size_t begin = dm->head->data_start < end ? dm->head->data_start : end;
    dm->data = text_sub((struct text){(char *)dm->head, dm->size}, begin, end);
    return 0;
}

/* The device at *at of a list; moves *at behind it. False at the end. */
static bool next_device(struct text list, size_t *at, uint64_t *dev)
{
    uint32_t next;
    if (*at >= list.n || list.n - *at <= NAME_HEAD)
        return false;
    memcpy(dev, list.p + *at, sizeof *dev);
    memcpy(&next, list.p + *at + sizeof *dev, sizeof next);
    *at = next > NAME_HEAD && next < list.n - *at ? *at + next : list.n;
    return *dev != 0; /* 0: there are none */
}

/* The line of the only target, if that is multipath's; else nothing. */
static struct text target_line(struct text data, uint32_t targets)
{
    struct dm_target_spec spec;
    if (targets != 1 || data.n <= sizeof spec)
        return (struct text){"", 0};
    memcpy(&spec, data.p, sizeof spec);
    if (strncmp(spec.target_type, "multipath", sizeof spec.target_type) != 0)
        return (struct text){"", 0};
    const char *line = data.p + sizeof spec;
    return (struct text){line, strnlen(line, data.n - sizeof spec)};
}

/* 0, or errno; ENXIO when the device is gone. */
static int read_lines(struct dm *dm, uint64_t dev, struct map *map)
{
    struct buf table = {0};
    int error = 0;
    /* A table may be replaced between the two questions. */
    for (int tries = 3; tries && !error; tries--) {
        error = dm_ask(dm, TABLE_STATUS, STATUS_TABLE_FLAG, dev);
        table.n = 0;
        buf_text(&table,
                 error ? (struct text){"", 0} : target_line(dm->data, dm->head->target_count));
        if (!error)
            error = dm_ask(dm, TABLE_STATUS, 0, dev);
        if (!error &&
            map_parse(map, text_buf(&table), target_line(dm->data, dm->head->target_count)))
            break;
    }
    buf_free(&table);
    return error;
}

static int read_map(struct dm *dm, uint64_t dev, struct maps *maps)
{
    struct map map = {0};
    int error = dm_ask(dm, DEV_STATUS, 0, dev);
    if (error || !text_starts(text_of(dm->head->uuid), "mpath-"))
        return error;
    text_print(map.name, sizeof map.name, "%s", dm->head->name);
    text_print(map.wwid, sizeof map.wwid, "%s", dm->head->uuid + strlen("mpath-"));
    error = read_lines(dm, dev, &map);
    if (error) {
        map_free(&map);
        return error;
    }
    maps->maps = xgrow(maps->maps, (maps->n + 1) * sizeof map);
    maps->maps[maps->n++] = map;
    return 0;
}

static bool read_maps(struct maps *maps, struct fail *f)
{
    int fd = open_fd(CONTROL, O_RDONLY, 0);
    struct dm list = {.fd = fd, .size = FIRST_BUFFER}, dm = list;
    int error = fd < 0 ? errno : dm_ask(&list, LIST_DEVICES, 0, 0);
    uint64_t dev;
    for (size_t at = 0; !error && next_device(list.data, &at, &dev);) {
        error = read_map(&dm, dev, maps);
        if (error == ENXIO) /* gone since it was listed */
            error = 0;
    }
    if (fd >= 0)
        close(fd);
    free(list.head);
    free(dm.head);
    if (!error)
        return true;
    while (maps->n) /* some are not all */
        map_free(&maps->maps[--maps->n]);
    errno = error;
    fail_errno(f, "which maps there are cannot be known: " CONTROL);
    return false;
}

/* ---- disks ----------------------------------------------------------------------------------- */

/* The line of a small file of sysfs, without its end; false when there is none, or an empty one. */
static bool read_attribute(int folder, const char *file, char *out, size_t size)
{
    int fd = (int)syscall(SYS_openat, folder, file, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, out, size - 1);
    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return *out;
}

static bool read_disk(const char *folder, const char *name, struct disk *disk)
{
    char number[24], *path = xprintf("%s/%s", folder, name);
    int fd = open_fd(path, O_RDONLY | O_DIRECTORY, 0);
    free(path);
    if (fd < 0)
        return false;
    text_print(disk->name, sizeof disk->name, "%s", name);
    bool any = read_attribute(fd, "device/vendor", disk->vendor, sizeof disk->vendor);
    any |= read_attribute(fd, "device/model", disk->model, sizeof disk->model);
    any |= read_attribute(fd, "device/state", disk->state, sizeof disk->state);
    any = any && read_attribute(fd, "dev", number, sizeof number) &&
          map_numbers(text_of(number), &disk->major, &disk->minor);
    close(fd);
    return any;
}

/* Not by /sys/dev/block, which kernels before 2.6.27 have not: all are wanted anyway. */
static void read_disks(const char *folder, maps_test *test, void *context, struct maps *maps)
{
    struct names names = {0};
    if (rootfs_names(folder, &names) < 0)
        names.n = 0;
    maps->disks = xalloc(names.n * sizeof *maps->disks);
    for (size_t i = 0; i < names.n; i++) {
        struct disk *disk = &maps->disks[maps->n_disks];
        disk->mapped = false;
        if (!read_disk(folder, names.name[i], disk))
            continue;
        disk->ours = test && test(context, disk->vendor, disk->model);
        maps->n_disks++;
    }
    names_free(&names);
}

static void join(struct maps *maps)
{
    for (size_t m = 0; m < maps->n; m++)
        for (size_t i = 0; i < maps->maps[m].n_paths; i++) {
            struct map_path *path = &maps->maps[m].paths[i];
            for (size_t d = 0; d < maps->n_disks; d++) {
                struct disk *disk = &maps->disks[d];
                if (disk->major != path->major || disk->minor != path->minor)
                    continue;
                path->disk = disk;
                disk->mapped = true;
                maps->maps[m].ours = maps->maps[m].ours || disk->ours;
                break;
            }
        }
}

bool maps_read(const char *root, maps_test *test, void *context, struct maps *maps, struct fail *f)
{
    *maps = (struct maps){0};
    if (*root) {
        fail_with(f, SYSTEM, "which maps the host of '%s' has cannot be known from this one", root);
        return false;
    }
    maps->known = read_maps(maps, f);
    read_disks("/sys/block", test, context, maps);
    join(maps);
    return maps->known;
}
