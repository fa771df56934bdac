/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#define MOST     (4u << 20)
#define PATIENCE 5000 /* ms, for a virus scanner or a backup that has the file open */

static bool exists(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static const wchar_t rest[] = L"\\Citrix\\StorageLink\\Server\\scsi_device_id_config.xml";

/* %ProgramFiles% of a 32-bit program on 64-bit Windows is "Program Files (x86)"; of the others the
 * first is there since 2008 R2, and the last stands for what it says on 2003. */
static wchar_t *candidate(unsigned number)
{
    static const wchar_t *const places[] = {L"%ProgramW6432%", L"%ProgramFiles%",
                                            L"%ProgramFiles(x86)%",
                                            L"%SystemDrive%\\Program Files"};
    wchar_t folder[MAX_PATH];
    if (number >= sizeof places / sizeof *places)
        return NULL;
    DWORD n = ExpandEnvironmentStringsW(places[number], folder, MAX_PATH);
    return n && n <= MAX_PATH ? joined(folder, rest) : joined(L"", L"");
}

int config_find(const wchar_t *given, const wchar_t *suffix, wchar_t **path, struct fail *f)
{
    wchar_t *place;
    *path = NULL;
    if (given) {
        *path = joined(given, L"");
        return DONE;
    }
    for (unsigned i = 0; (place = candidate(i)); i++) {
        wchar_t *other = joined(place, suffix);
        bool found = exists(place) || exists(other);
        free(other);
        if (found && *path && lstrcmpiW(place, *path) != 0) {
            char *a = utf8(*path), *b = utf8(place);
            fail(f, REFUSED, "there are '%s' and '%s': say with --config which", a, b);
            free(a);
            free(b);
            free(place);
            return REFUSED;
        }
        if (found && !*path)
            *path = place;
        else
            free(place);
    }
    return *path ? DONE
                 : fail(f, REFUSED,
                        "no Citrix\\StorageLink\\Server\\scsi_device_id_config.xml below 'Program "
                        "Files': say with --config where it is");
}

static int cannot(struct fail *f, DWORD code, const char *what, const wchar_t *path)
{
    char *shown = utf8(path);
    int status = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ? REFUSED : SYSTEM;
    fail_code(f, status, code, "cannot %s '%s'", what, shown);
    free(shown);
    return status;
}

static int read_open(HANDLE file, const wchar_t *path, struct buf *out, struct fail *f)
{
    BY_HANDLE_FILE_INFORMATION info;
    DWORD n = 0;
    if (!GetFileInformationByHandle(file, &info))
        return cannot(f, GetLastError(), "read", path);
    char *shown = utf8(path);
    bool plain =
        !(info.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT));
    if (!plain || info.nFileSizeHigh || info.nFileSizeLow > MOST) {
        fail(f, REFUSED, plain ? "'%s' has more than 4 MiB" : "'%s' is no plain file", shown);
        free(shown);
        return REFUSED;
    }
    free(shown);
    buf_size(out, info.nFileSizeLow);
    while (out->n < info.nFileSizeLow) {
        if (!ReadFile(file, out->p + out->n, info.nFileSizeLow - (DWORD)out->n, &n, NULL))
            return cannot(f, GetLastError(), "read", path);
        if (!n)
            break;
        out->n += n;
    }
    return DONE;
}

int file_read(const wchar_t *path, bool alone, struct buf *out, DWORD *code, struct fail *f)
{
    DWORD share = FILE_SHARE_READ | FILE_SHARE_DELETE | (alone ? 0 : FILE_SHARE_WRITE);
    *out = (struct buf){0};
    HANDLE file = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_EXISTING,
                              FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    DWORD error = file == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    if (code)
        *code = error;
    if (error)
        return cannot(f, error, "read", path);
    int rc = read_open(file, path, out, f);
    CloseHandle(file);
    if (rc)
        buf_free(out);
    return rc;
}

/* A new file with these bytes, on disk; nothing of it is left where that fails. */
static int write_new(const wchar_t *path, struct text bytes, struct fail *f)
{
    SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL); /* one left over may be read-only or hidden */
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return cannot(f, GetLastError(), "create", path);
    DWORD code = 0, n = 0;
    while (!code && bytes.n) {
        if (!WriteFile(file, bytes.p, (DWORD)bytes.n, &n, NULL))
            code = GetLastError();
        bytes = text_sub(bytes, code ? 0 : n, bytes.n);
    }
    if (!code && !FlushFileBuffers(file))
        code = GetLastError();
    if (!CloseHandle(file) && !code)
        code = GetLastError();
    if (code)
        DeleteFileW(path);
    return code ? cannot(f, code, "write", path) : DONE;
}

/* One rename, done on disk when it returns: path is the old file or the new one at every moment.
 * (ReplaceFile, which would keep more of the old file, renames twice.) */
static DWORD move(const wchar_t *temp, const wchar_t *path, DWORD patience)
{
    DWORD begin = GetTickCount(), code;
    for (;;) {
        if (MoveFileExW(temp, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
            return 0;
        code = GetLastError();
        if (GetTickCount() - begin >= patience)
            return code;
        Sleep(250);
    }
}

int file_write(const wchar_t *path, struct text bytes, struct fail *f)
{
    wchar_t *temp = joined(path, L".new");
    int rc = write_new(temp, bytes, f);
    DWORD code = rc ? 0 : move(temp, path, 0);
    if (code) {
        rc = cannot(f, code, "write", path);
        DeleteFileW(temp);
    }
    free(temp);
    return rc;
}

static int check_same(const wchar_t *path, struct text bytes, const char *what, struct fail *f)
{
    struct buf now;
    int rc = file_read(path, true, &now, NULL, f);
    if (!rc && !text_eq(text_buf(&now), bytes)) {
        char *shown = utf8(path);
        rc = fail(f, SYSTEM, what, shown);
        free(shown);
    }
    buf_free(&now);
    return rc;
}

/* Who may do what with the file; a file system without such a list has none to be kept. */
static DWORD copy_acl(const wchar_t *from, const wchar_t *to)
{
    DWORD size = 0, code;
    GetFileSecurityW(from, DACL_SECURITY_INFORMATION, NULL, 0, &size);
    code = GetLastError();
    if (code != ERROR_INSUFFICIENT_BUFFER)
        return code == ERROR_NOT_SUPPORTED || code == ERROR_INVALID_FUNCTION ? 0 : code;
    void *acl = xalloc(size);
    bool good = GetFileSecurityW(from, DACL_SECURITY_INFORMATION, acl, size, &size) &&
                SetFileSecurityW(to, DACL_SECURITY_INFORMATION, acl);
    code = good ? 0 : GetLastError();
    free(acl);
    return code;
}

/* List of rights, attributes and time of creation. */
static DWORD copy_looks(const wchar_t *from, const wchar_t *to)
{
    const DWORD settable = FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_HIDDEN |
                           FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_SYSTEM |
                           FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
    WIN32_FILE_ATTRIBUTE_DATA old;
    if (!GetFileAttributesExW(from, GetFileExInfoStandard, &old))
        return GetLastError();
    HANDLE file =
        CreateFileW(to, FILE_WRITE_ATTRIBUTES, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    DWORD code = SetFileTime(file, &old.ftCreationTime, NULL, NULL) ? 0 : GetLastError();
    CloseHandle(file);
    code = code ? code : copy_acl(from, to);
    DWORD attributes = old.dwFileAttributes & settable;
    if (!code && !SetFileAttributesW(to, attributes ? attributes : FILE_ATTRIBUTE_NORMAL))
        code = GetLastError();
    return code;
}

/* A file that may only be read is not replaced either, as long as it says so. */
static DWORD swap(const wchar_t *temp, const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path), code;
    bool locked = (attributes & FILE_ATTRIBUTE_READONLY) != 0;
    if (locked && !SetFileAttributesW(path, attributes & ~(DWORD)FILE_ATTRIBUTE_READONLY))
        return GetLastError();
    code = move(temp, path, PATIENCE);
    if (code && locked)
        SetFileAttributesW(path, attributes);
    return code;
}

int file_replace(const wchar_t *path, struct text before, struct text after, struct fail *f)
{
    wchar_t *temp = joined(path, L".new");
    int rc = write_new(temp, after, f);
    if (!rc)
        rc = check_same(path, before, "'%s' has just been changed by another program", f);
    DWORD code = rc ? 0 : copy_looks(path, temp);
    if (!rc && !code)
        code = swap(temp, path);
    if (code)
        rc = cannot(f, code, "replace", path);
    if (code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION)
        fail_add(f, "; another program may have it open, or this is not run as an administrator");
    if (rc) {
        SetFileAttributesW(temp, FILE_ATTRIBUTE_NORMAL);
        DeleteFileW(temp);
    } else {
        rc = check_same(path, after, "'%s' is not what was written", f);
    }
    free(temp);
    return rc;
}
