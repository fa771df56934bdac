# SPDX-License-Identifier: GPL-2.0-or-later
"""Exit status 2, --help and --version."""
import pytest


@pytest.mark.parametrize("words, part", [
    ([], "no command given"),
    (["nonsense"], "unknown command 'nonsense'\nhint"),
    (["biuld"], "unknown command 'biuld', did you mean 'build'?"),
    (["kye", "new", "x"], "unknown command 'kye', did you mean 'key'?"),
    (["key", "exprot", "x"], "'key' has no 'exprot', did you mean 'export'?"),
    (["key", "new"], "takes exactly two operands"),
    (["key", "export", "x"], "needs --key-name\nhint: it is RPM-GPG-KEY-<VENDOR>"),
    (["key", "new", "x", "--no-passphrase", "--passphrase-fd", "0"], "cannot both be given"),
    (["build", "--unsigend", "pack.ini"], "unknown option '--unsigend', did you mean '--unsigned'?"),
    (["sign", "--atach=x", "x.iso"], "unknown option '--atach', did you mean '--attach'?"),
    (["build", "pack.ini"], "hint: `suppack key new"),
    (["sign", "x.iso"], "hint: `suppack key new"),
    (["build", "--unsigned", "-o", "out/x.iso", "pack.ini"], "'-o 'out/x.iso' names an image"[1:]),
    (["build", "--label", "x", "pack.ini"], "--uuid must be given beside --label"),
    (["frobnicate", "x.iso"], "unknown command 'frobnicate'"),
    (["build"], "takes at least one PACK.ini"),
    (["inspect", "a", "b"], "takes exactly one FILE.iso"),
    (["build", "pack.ini"], "exactly one of --key and --unsigned"),
    (["build", "--key", "X", "--unsigned", "pack.ini"], "exactly one of --key and --unsigned"),
    (["build", "--unsigned", "pack.ini", "-o"], "needs an argument"),
    (["build", "--nonsense", "pack.ini"], "unknown option '--nonsense'"),
    (["build", "--unsigned", "--json", "pack.ini"], "does not take --json"),
    (["inspect"], "takes exactly one FILE.iso"),
    (["inspect", "--key", "X", "x.iso"], "does not take --key"),
    (["inspect", "--color", "blue", "x.iso"], "--color 'blue'"),
])
def test_wrong_usage_is_2(desk, words, part):
    desk.assert_refused(desk.run(*words), 2, part)


@pytest.mark.parametrize("value", ["", "now", "-1", "1.5", "0x10", " 1", "99999999999999999999"])
def test_malformed_epoch_is_2(desk, value):
    desk.assert_refused(desk.unsigned(SOURCE_DATE_EPOCH=value), 2, "SOURCE_DATE_EPOCH")


def test_help_lists_what_there_is(desk):
    whole = desk.run("--help")
    assert whole.returncode == 0 and whole.stderr == ""
    for word in ("build", "inspect", "--verbose", "Exit status: 0 done"):
        assert word in whole.stdout
    build = desk.run("build", "--help")
    assert build.returncode == 0 and "--unsigned" in build.stdout and "--json" not in build.stdout


def test_version_names_the_libraries_that_shape_bytes(desk):
    done = desk.run("--version")
    assert done.returncode == 0 and done.stderr == ""
    words = {line.split()[0] for line in done.stdout.splitlines()}
    assert words == {"suppack", "zlib", "libcreaterepo_c", "libisofs"}


def test_color_never_lands_in_a_pipe_unasked(desk):
    plain = desk.run("inspect", "gone.iso", TERM="xterm")
    colored = desk.run("inspect", "--color=always", "gone.iso")
    assert "\033[" not in plain.stderr and "\033[" in colored.stderr


def test_a_result_nobody_can_take_is_4(desk, unsigned_iso):
    with open("/dev/full", "w", encoding="ascii") as full:
        import subprocess
        done = subprocess.run([str(desk.suppack), "inspect", str(unsigned_iso)], env=desk.env(),
                              stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4 and "standard output" in done.stderr
