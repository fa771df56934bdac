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

int config_find(const wchar_t *given, wchar_t **path, struct fail *f)
{
    wchar_t *place;
    *path = NULL;
    if (given) {
        *path = joined(given, L"");
        return DONE;
    }
    for (unsigned i = 0; (place = candidate(i)); i++) {
        bool found = exists(place);
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

int file_write(const wchar_t *path, struct text bytes, struct fail *f)
{
    wchar_t *temp = joined(path, L".new");
    int rc = write_new(temp, bytes, f);
    if (!rc && !MoveFileExW(temp, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
        rc = cannot(f, GetLastError(), "write", path);
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

/* ReplaceFile keeps the old file's ACL, streams, creation and short name. Without a name for the
 * old one, both stay as they are where it fails. */
static DWORD swap(const wchar_t *path, const wchar_t *temp)
{
    DWORD begin = GetTickCount(), code;
    do {
        if (ReplaceFileW(path, temp, NULL, 0, NULL, NULL))
            return 0;
        code = GetLastError();
        Sleep(250);
    } while (GetTickCount() - begin < PATIENCE && exists(temp));
    return code;
}

/* The new name as well; ReplaceFile knows no write-through. */
static void flush(const wchar_t *path)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    FlushFileBuffers(file);
    CloseHandle(file);
}

int file_replace(const wchar_t *path, struct text before, struct text after, struct fail *f)
{
    wchar_t *temp = joined(path, L".new");
    DWORD attributes = GetFileAttributesW(path);
    int rc = write_new(temp, after, f);
    if (!rc)
        rc = check_same(path, before, "'%s' has just been changed by another program", f);
    if (!rc && (attributes & FILE_ATTRIBUTE_READONLY) &&
        !SetFileAttributesW(path, attributes & ~(DWORD)FILE_ATTRIBUTE_READONLY))
        rc = cannot(f, GetLastError(), "replace", path);
    if (!rc) {
        DWORD code = swap(path, temp);
        rc = code ? cannot(f, code, "replace", path) : DONE;
        if (!rc)
            flush(path);
        SetFileAttributesW(path, attributes);
    }
    DeleteFileW(temp);
    if (!rc)
        rc = check_same(path, after, "'%s' is not what was written", f);
    free(temp);
    return rc;
}
