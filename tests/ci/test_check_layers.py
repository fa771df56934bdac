# SPDX-License-Identifier: GPL-2.0-or-later
"""ci/check-layers finds each kind of break when one is put into a copy of this very tree."""
import re
import shutil
import time

import pytest

from support import SOURCE, run


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    copy = tmp_path_factory.mktemp("pristine")
    shutil.copy(SOURCE / "CMakeLists.txt", copy)
    for folder in ("packer", "hooks"):
        shutil.copytree(SOURCE / folder, copy / folder)
    return copy


@pytest.fixture
def tree(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "tree")


def check(tree):
    return run([SOURCE / "ci/check-layers", tree])


def some(tree, folder, pattern="*.c"):
    return sorted((tree / folder).rglob(pattern))[0]


def prepend(file, text):
    file.write_text(text + file.read_text())


def append(file, text):
    file.write_text(file.read_text() + text)


def test_this_tree_is_clean_and_checked_fast(pristine):
    start = time.monotonic()
    done = check(pristine)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert time.monotonic() - start < 5
    assert int(re.search(r"(\d+) files, 0 findings", done.stdout)[1]) > 20


LAYER_BREAKS = (("packer/base", "packer/model"), ("packer/model", "packer/read"), ("packer/read", "packer/write"),
                ("packer/write", "packer/read"), ("packer/write", "packer/cli"), ("packer/model", "hooks"),
                ("packer/model", "packer/stanza"), ("packer/read/iso", "packer/read/rpm"),
                ("hooks", "packer/base"))


@pytest.mark.parametrize("folder, other", LAYER_BREAKS, ids=lambda value: value.replace("/", "-"))
def test_include_across_layers(tree, folder, other):
    file = some(tree, folder)
    # a header name that only that layer has
    (next(iter(sorted((tree / other).rglob("*.h")))).with_name("only_there.h")).write_text("")
    prepend(file, '#include "only_there.h"\n')
    done = check(tree)
    assert done.returncode == 1
    assert f"{file.relative_to(tree)}:1: " in done.stdout and "only_there.h" in done.stdout


def test_include_of_nothing(tree):
    prepend(some(tree, "packer/base"), '#include "no_such_header.h"\n')
    assert '"no_such_header.h" is no header of this tree' in check(tree).stdout


LIBRARIES = ("rpm/rpmlib.h", "rpm/rpmsign.h", "archive.h", "libxml/tree.h", "zlib.h", "gpgme.h",
             "createrepo_c/createrepo_c.h", "libisofs/libisofs.h", "jansson.h", "curl/curl.h")


@pytest.mark.parametrize("header", LIBRARIES, ids=lambda value: value.replace("/", "-"))
@pytest.mark.parametrize("folder", ("packer/base", "packer/cli", "hooks"), ids=lambda value: value.replace("/", "-"))
def test_library_outside_its_file(tree, folder, header):
    file = some(tree, folder).with_name("intruder.c")
    file.write_text(f"#  include <{header}> /* why */\n")
    done = check(tree)
    assert done.returncode == 1 and f"{file.relative_to(tree)}:1: " in done.stdout


def test_glib_in_a_hook(tree):
    prepend(some(tree, "hooks"), "#include <glib.h>\n")
    assert "a hook uses libc only, not <glib.h>" in check(tree).stdout


def test_each_hook_knows_its_own_system_only(tree):
    (tree / "hooks/multipath-hook/main.c").write_text("#include <windows.h>\n")
    (tree / "hooks/storagelink-hook/main.c").write_text('#include <glib.h>\n#include "lock.h"\n#include "text.h"\n')
    assert check(tree).stdout.splitlines()[:-1] == [
        "hooks/multipath-hook/main.c:1: a hook uses libc only, not <windows.h>",
        "hooks/storagelink-hook/main.c:1: a hook uses libc only, not <glib.h>",
        'hooks/storagelink-hook/main.c:2: "lock.h" belongs to hooks/multipath-hook/host, '
        "which hooks/storagelink-hook does not link"]


def test_the_hooks_pure_half_knows_no_host(tree):
    prepend(tree / "hooks/multipath-hook/conf/mpread.c", '#include "host.h"\n')
    prepend(tree / "hooks/multipath-hook/conf/mptoken.c", '#include "pack.h"\n')
    said = check(tree).stdout
    assert '"host.h" belongs to hooks/multipath-hook/host, which hooks/multipath-hook/conf does not link' in said
    assert "mptoken.c:1:" in said and check(tree).returncode == 1


AMBIENT = ('getenv("HOME")', "time(NULL)", "gettimeofday(&t, 0)", "clock()", 'setlocale(LC_ALL, "")', "getuid()",
           "geteuid ()", "localtime_r(&t, &b)", "g_get_real_time()", 'g_getenv("X")', "g_date_time_new_now_utc()",
           "clock_gettime(CLOCK_REALTIME, &t)", "g_get_tmp_dir()")


@pytest.mark.parametrize("call", AMBIENT)
def test_ambient_call(tree, call):
    file = some(tree, "packer/write")
    append(file, f"static void sneak(void) {{ (void)({call}); }}\n")
    done = check(tree)
    assert done.returncode == 1 and "is for cli alone" in done.stdout
    shutil.move(file, tree / "packer/cli/moved.c")
    assert "moved.c" not in "\n".join(line for line in check(tree).stdout.splitlines() if "for cli alone" in line)


BANNED = ("strcpy", "strcat", "sprintf", "strtok", "ctime", "gmtime", "localtime", "system", "popen")


@pytest.mark.parametrize("name", BANNED)
@pytest.mark.parametrize("folder", ("packer/cli", "hooks"), ids=lambda value: value.replace("/", "-"))
def test_banned_function(tree, folder, name):
    append(some(tree, folder), f"void sneak(void) {{ {name} (0); }}\n")
    done = check(tree)
    assert done.returncode == 1 and f"{name}() is banned" in done.stdout


def test_words_in_comments_and_strings_are_no_calls(tree):
    append(some(tree, "packer/base"), '/* strcpy(a, b) time(0) */\nconst char *s = "system(\\"x\\") getenv(1)"; // popen()\n'
                                      "int snprintf_like; void my_system(void);\n")
    assert check(tree).returncode == 0, check(tree).stdout


def test_long_file(tree):
    file = some(tree, "packer/base")
    append(file, "\n" * (451 - file.read_text().count("\n")))
    assert "lines, more than 450" in check(tree).stdout


def test_long_function(tree):
    file = some(tree, "packer/base").with_name("long.c")
    file.write_text("int f(void)\n{\n" + "    ;\n" * 58 + "}\n")
    assert check(tree).returncode == 0, "60 lines are allowed"
    file.write_text("int f(void)\n{\n" + "    ;\n" * 59 + "}\n")
    assert "long.c:2: a function of 61 lines, more than 60" in check(tree).stdout


def test_long_main(tree):
    file = some(tree, "hooks", "main.c")
    append(file, "\n" * (121 - file.read_text().count("\n")))
    assert "lines, more than 120" in check(tree).stdout


def test_new_edge_in_the_graph_is_believed(tree):
    """The rule is CMakeLists.txt's, not this script's."""
    cmake = tree / "CMakeLists.txt"
    cmake.write_text(re.sub(r"(suppack_layer\(read\s+packer/read\s+LAYERS base model)", r"\1 write", cmake.read_text()))
    (tree / "packer/write/only_there.h").write_text("")
    prepend(tree / "packer/read/inside.c", '#include "only_there.h"\n')
    assert check(tree).returncode == 0, check(tree).stdout


def test_unreadable_tree_is_no_pass(tmp_path):
    assert check(tmp_path).returncode == 2
