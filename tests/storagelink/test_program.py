# SPDX-License-Identifier: GPL-2.0-or-later
"""What storagelink-hook.exe asks of Windows, and that the same sources give the same bytes."""
import re
import shutil
import subprocess

import pytest

from support import SOURCE, must

# All there are in Windows Server 2003; a function that is not here has to be looked up before it is added.
KNOWN = {
    "ADVAPI32.dll": "CloseServiceHandle ControlService DeregisterEventSource EnumDependentServicesW GetFileSecurityW GetServiceKeyNameW "
                    "OpenSCManagerW OpenServiceW QueryServiceConfigW QueryServiceStatus RegCloseKey RegCreateKeyExW RegSetValueExW "
                    "RegisterEventSourceW ReportEventW SetFileSecurityW StartServiceW",
    "KERNEL32.dll": "CloseHandle CreateDirectoryW CreateFileW CreateMutexW CreateProcessW DeleteCriticalSection DeleteFileW "
                    "EnterCriticalSection ExpandEnvironmentStringsW FlushFileBuffers FormatMessageW FreeLibrary GetConsoleMode "
                    "GetExitCodeProcess GetFileAttributesExW GetFileAttributesW GetFileInformationByHandle GetFullPathNameW "
                    "GetLastError GetModuleFileNameW GetModuleHandleA GetProcAddress GetStartupInfoW GetStdHandle GetSystemTime "
                    "GetTickCount InitializeCriticalSection LeaveCriticalSection LoadLibraryA LocalFree MoveFileExW "
                    "MultiByteToWideChar ReadFile SetConsoleCtrlHandler SetFileAttributesW SetFileTime SetUnhandledExceptionFilter Sleep "
                    "TlsGetValue VirtualProtect VirtualQuery WaitForSingleObject WideCharToMultiByte WriteConsoleW WriteFile "
                    "lstrcmpiW lstrcpyW",
    "msvcrt.dll": "__p__commode __p__fmode __p__wcmdln __set_app_type __setusermatherr __wgetmainargs __winitenv _amsg_exit "
                  "_cexit _errno _exit _initterm _iob _onexit abort calloc exit fprintf free fwrite malloc memchr memcmp memcpy "
                  "memmove realloc signal strchr strcmp strcspn strlen strncmp strtoul vfprintf wcscmp wcslen wcstoul _write",
}


@pytest.fixture(scope="module")
def exe(program):
    return program("libexec/suppack/storagelink-hook.exe")


@pytest.fixture(scope="module")
def header(exe):
    return must(["i686-w64-mingw32-objdump", "-p", exe]).stdout


def test_it_needs_nothing_newer_than_server_2003(header):
    imports = {}
    for line in header.splitlines():
        if hit := re.match(r"\s*DLL Name: (\S+)", line):
            functions = imports.setdefault(hit[1], set())
        elif hit := re.match(r"\t[0-9a-f]+\t\s*\d+\s+(\w+)$", line):
            functions.add(hit[1])
    assert set(imports) == set(KNOWN)
    for dll, functions in imports.items():
        assert functions and functions <= set(KNOWN[dll].split()), dll
    for part in ("OSystem", "Subsystem"):
        found = [int(re.search(rf"{half}{part}Version\s+(\d+)", header)[1]) for half in ("Major", "Minor")]
        assert found <= [5, 2], part


def test_it_is_for_x86_and_small(exe, header):
    assert "file format pei-i386" in header and "Windows CUI" in header
    assert exe.stat().st_size <= 80 * 1024
    data = exe.read_bytes()
    assert b'requestedExecutionLevel level="asInvoker"' in data
    assert str(SOURCE).encode() not in data


def test_the_same_bytes_from_another_folder(exe, tmp_path):
    build = exe.parents[2]
    command = must(["ninja", "-C", build, "-t", "commands", "-s", exe.relative_to(build)]).stdout
    for folder in ("storagelink-hook", "common"):
        shutil.copytree(SOURCE / "hooks" / folder, tmp_path / "hooks" / folder)
    (tmp_path / "build/hooks/storagelink-hook").mkdir(parents=True)
    other = command.replace(str(build), str(tmp_path / "build")).replace(str(SOURCE / "hooks"), str(tmp_path / "hooks"))
    assert str(SOURCE) not in other
    subprocess.run(["sh", "-euc", other], check=True, env={"PATH": "/usr/bin:/bin", "TZ": "Asia/Tokyo"}, cwd="/")
    assert (tmp_path / "build" / exe.relative_to(build)).read_bytes() == exe.read_bytes()
