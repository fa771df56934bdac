/* SPDX-License-Identifier: MIT */
#include "trial.h"
#include "openfd.h"
#include "rootfs.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

static bool write_file(const char *path, struct text text)
{
    int fd = open_fd(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
    bool ok = fd >= 0 && text_write(fd, text);
    return fd >= 0 && close(fd) == 0 && ok;
}

static bool bind(const char *from, const char *to)
{
    return mount(from, to, NULL, MS_BIND, NULL) == 0;
}

/* One entry of the folder that is the cwd, again in `folder`, which lies over it now. */
static bool show_again(const char *folder, const char *name)
{
    char target[4096];
    struct stat st;
    char *path = xprintf("%s/%s", folder, name);
    bool ok = lstat(name, &st) == 0;
    if (ok && S_ISLNK(st.st_mode)) {
        ssize_t n = readlink(name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        ok = n > 0 && symlink(target, path) == 0;
    } else if (ok && S_ISDIR(st.st_mode)) {
        ok = mkdir(path, 0755) == 0 && bind(name, path);
    } else if (ok && S_ISREG(st.st_mode)) {
        ok = write_file(path, text_of("")) && bind(name, path);
    }
    free(path);
    return ok;
}

/* A folder of the same content that can be written in. */
static bool cover(const char *folder)
{
    struct names names = {0};
    bool ok = chdir(folder) == 0 && rootfs_names(folder, &names) == 0 &&
              mount("tmpfs", folder, "tmpfs", 0, "mode=755") == 0;
    for (size_t i = 0; ok && i < names.n; i++)
        ok = show_again(folder, names.name[i]);
    names_free(&names);
    return ok;
}

/* A file that is not there: in a folder that covers the first one above it that is. */
static bool add_file(const char *path, struct text text)
{
    char *dir = xstrdup(path);
    size_t n = strlen(dir);
    bool ok = true;
    do {
        while (n && dir[n] != '/')
            n--;
        dir[n] = '\0';
    } while (n && access(dir, F_OK) < 0 && n--);
    ok = n && cover(dir);
    for (const char *slash = strchr(path + n + 1, '/'); ok && slash;
         slash = strchr(slash + 1, '/')) {
        char *made = xprintf("%.*s", (int)(slash - path), path);
        ok = mkdir(made, 0755) == 0;
        free(made);
    }
    free(dir);
    return ok && write_file(path, text);
}

bool trial_lay_out(const struct trial *trial)
{
    /* Without the second a mount would be seen by all, too. */
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return false;
    /* Where the bytes lie that are bound over the files; no multipath reads anything there. */
    char *lib = rootfs_resolve(trial->root, "/var/lib");
    char *store = lib ? rootfs_outside(trial->root, lib) : NULL;
    bool ok = store && mount("tmpfs", store, "tmpfs", 0, "mode=755") == 0;
    for (size_t i = 0; ok && i < trial->count; i++) {
        char *path = rootfs_outside(trial->root, trial->files[i].path);
        char *bytes = xprintf("%s/%zu", store, i);
        if (access(path, F_OK) == 0)
            ok = write_file(bytes, trial->files[i].text) && bind(bytes, path);
        else
            ok = add_file(path, trial->files[i].text);
        free(bytes);
        free(path);
    }
    ok = ok && umount2(store, MNT_DETACH) == 0;
    free(store);
    free(lib);
    return ok && chdir("/") == 0;
}
