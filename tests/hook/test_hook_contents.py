# SPDX-License-Identifier: GPL-2.0-or-later
"""Odd contents of the file: sizes, line lengths, line ends; and what a drop-in needs of the main file."""
import os
import subprocess
import time

import pytest
from host import layouts
from places import BEGIN, DROP_INS, LABEL, MERGED, installed, refused

MiB = 1 << 20
DEVICES = b'devices {\n\tdevice {\n\t\tvendor "ACME"\n\t\tproduct "DISK"\n\t}\n}\n'
SHIPPED = {name: (layouts.TEXTS / name).read_bytes() for name in ("xs62.conf", "xs65.conf", "xs8.conf")}


def sized(size):
    """A file of exactly so many bytes: a device, and comments behind it."""
    line = b"# " + b"x" * 77 + b"\n"
    text = DEVICES + line * ((size - len(DEVICES)) // len(line))
    return text + b"#" * (size - len(text) - 1) + b"\n"


def long_line(length, end=b"\n"):
    return b"# " + b"x" * (length - 2 - len(end)) + end


GOOD = {
    "nothing": b"", "one blank": b" ", "one new line": b"\n", "one comment sign": b"#", "one brace": b"}",
    "comments": b"# a\n#b\n! c\n", "comments without an end": b"# a\n# b", "blank lines": b"\n\n \t\n",
    "today's dom0": SHIPPED["xs8.conf"],
    "no final new line": SHIPPED["xs65.conf"].rstrip(b"\n"),
    "CRLF": SHIPPED["xs62.conf"].replace(b"\n", b"\r\n"),
    "CRLF without an end": SHIPPED["xs65.conf"].rstrip(b"\n").replace(b"\n", b"\r\n"),
    "a word without an end": DEVICES + b"blacklist {\n}\nuser_friendly_names",
    "tabs at line ends": SHIPPED["xs65.conf"].replace(b"\n", b"\t\n"),
    "one letter": b"x",
    "last device ends in a long line": DEVICES.replace(b"\t}\n", b"\t}" + b" " * 1100 + b"# end\n"),
    "long line before": long_line(2000) + DEVICES,
    "long line after": DEVICES + long_line(2000),
    "long lines around": long_line(5000) * 3 + DEVICES + long_line(5000) * 3,
    "long line ends the file": DEVICES + long_line(2000, b""),
    "long line opens the section": DEVICES.replace(b"devices {", b"devices {" + b" " * 1100),
    "long line closes the section": DEVICES[:-1] + b" " * 1100 + b"\n",
    "a brace where the parser cuts the line": DEVICES.replace(b"\t\tvendor", long_line(1025, b"}\n") + b"\t\tvendor"),
    **{f"line of {n}": long_line(n) + DEVICES + long_line(n) for n in (1022, 1023, 1024, 1025, 1026)},
}


def stays_well(host, text):
    """Installed, every byte of the old file kept in order, CRLF where it was; removed, the file is back."""
    host.target.write_bytes(text)
    with installed(host) as file:
        now = file.read_bytes()
        assert now.startswith(b"# BEGIN") or now.split(b"# BEGIN")[0].rstrip(b"\r\n") in text
        if b"\r\n" in text:
            assert now.count(b"\n") == now.count(b"\r\n")
        if not text.endswith(b"\n") and b"devices {" in text:
            assert not now.endswith(b"\n")
        host.unpack("1.0.1")
        assert host.hook("install").returncode == 0


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("kind", GOOD)
def test_a_file_of_this_kind(make_host, name, kind):
    stays_well(make_host(name), GOOD[kind])


@pytest.mark.parametrize("name", DROP_INS)
@pytest.mark.parametrize("kind", GOOD)
def test_a_main_file_of_this_kind_beside_a_drop_in(make_host, name, kind):
    """The main file is only read for conflicts."""
    host = make_host(name)
    host.at("/etc/multipath.xenserver/multipath.conf").write_bytes(GOOD[kind])
    with installed(host):
        assert host.at("/etc/multipath.xenserver/multipath.conf").read_bytes() == GOOD[kind]


@pytest.mark.parametrize("name", MERGED)
def test_a_value_the_parser_cuts(make_host, name):
    """Its closing quote is read as part of the next line: added to or refused, but for the right line."""
    host = make_host(name)
    host.target.write_bytes(DEVICES.replace(b"ACME", b"A" * 1100))
    if host.hook("check").returncode:
        refused(host, host.layout.target, "line 3")
    else:
        stays_well(host, host.target.read_bytes())


BAD = {
    "a pattern that does not compile": (b'blacklist {\n\twwid "("\n}\n', "line 2:"),
    "a file of no lines of the parser's": (b"devices {\n\tdevice {\n\tvendor\n\t}\n}\n", "line 3:"),
}


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("kind", BAD)
def test_a_file_nobody_can_add_to(make_host, name, kind):
    host = make_host(name)
    text, reason = BAD[kind]
    host.target.write_bytes(text)
    refused(host, host.layout.target, reason)


@pytest.mark.parametrize("name", MERGED)
def test_the_largest_file(make_host, hook, name):
    """1 MiB and not a byte more. What was installed can be told, upgraded and removed, too: with ours it is larger."""
    host = make_host(name, hook)
    host.target.write_bytes(sized(MiB))
    with installed(host) as file:
        assert host.hook("status").returncode == 0
        host.unpack("1.0.1")
        assert host.hook("install").returncode == 0
        assert BEGIN in file.read_bytes()
    host.target.write_bytes(sized(MiB + 1))
    refused(host, host.layout.target, "1 MiB")


@pytest.mark.parametrize("name", DROP_INS)
def test_the_largest_main_file_beside_a_drop_in(make_host, hook, name):
    host = make_host(name, hook)
    main = host.at("/etc/multipath.xenserver/multipath.conf")
    main.write_bytes(sized(MiB))
    with installed(host):
        pass
    main.write_bytes(sized(MiB + 1))
    refused(host, "/multipath.conf", "1 MiB")


# ---- config_dir ------------------------------------------------------------------------------

def defaults(line):
    return f"# our site\ndefaults {{\n\tuser_friendly_names no\n\t{line}\n}}\n".encode() + DEVICES


@pytest.mark.parametrize("name", ("xs-7.0", "xs-7.6", "xs-8.2", "xcp-ng-8.3", "xs-8"))
@pytest.mark.parametrize("line", [
    'config_dir "/elsewhere"', "config_dir /elsewhere/conf.d", 'config_dir\t"/etc/multipath"'])
def test_a_daemon_that_reads_another_folder(make_host, name, line):
    """Our drop-in would lie where this host's multipathd never looks."""
    host = make_host(name)
    host.at("/etc/multipath.xenserver/multipath.conf").write_bytes(defaults(line))
    refused(host, "/multipath.conf", "line 4", "config_dir")
    status = host.hook("status", "--json")
    assert '"state": "refused"' in status.stdout
    assert host.hook("remove").returncode == 0


@pytest.mark.parametrize("name", ("xs-7.6", "xcp-ng-8.3"))
@pytest.mark.parametrize("line", [
    'config_dir "/etc/multipath/conf.d"', '# config_dir "/elsewhere"', 'getuid_callout "config_dir /elsewhere"'])
def test_a_daemon_that_reads_the_usual_folder(make_host, name, line):
    host = make_host(name)
    host.at("/etc/multipath.xenserver/multipath.conf").write_bytes(defaults(line))
    with installed(host):
        pass


@pytest.mark.parametrize("name", ("xs-6.2", "xs-6.5", "xs-9"))
def test_config_dir_where_it_means_nothing(make_host, name):
    """Up to el6 there is no such keyword, since 0.9.0 it is ignored (multipath.md 1.2)."""
    host = make_host(name)
    main = "/etc/multipath.conf" if host.layout.drop_in else host.layout.target
    host.at(main).write_bytes(defaults('config_dir "/elsewhere"'))
    with installed(host):
        pass


def test_removal_does_not_mind_config_dir(make_host):
    """The line came after the install: what is ours goes all the same."""
    host = make_host("xs-7.6")
    with installed(host) as file:
        main = host.at("/etc/multipath.xenserver/multipath.conf")
        text = main.read_bytes()
        main.write_bytes(defaults("config_dir /elsewhere"))
        assert host.hook("status").returncode == 1
        assert host.hook("remove").returncode == 0
        assert not file.exists()
        assert not host.at(f"/var/lib/{LABEL}").exists()
        main.write_bytes(text)
        assert host.hook("install").returncode == 0


@pytest.mark.parametrize("word", ["install", "remove"])
def test_a_writer_in_place_is_half_way(merged, word, tmp_path):
    """mpathconf's way: what is read ends in the middle of our block. Its pause is long here, and the rest comes in it."""
    whole = merged.target.read_bytes()
    assert merged.hook("install").returncode == 0
    ours = merged.target.read_bytes()
    inode = os.stat(merged.target).st_ino
    merged.target.write_bytes(ours[:ours.index(BEGIN) + 100])
    paused = tmp_path / "paused"
    process = subprocess.Popen(
        ["/usr/bin/strace", "-o", paused, "-e", "trace=/nanosleep", "-e", "inject=/nanosleep:delay_enter=3000000",
         f"{merged.root}/opt/{LABEL}/bin/multipath-hook", word, "--root", merged.root],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    with open(merged.target, "r+b") as file:
        file.write(ours)
    assert os.stat(merged.target).st_ino == inode
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert merged.target.read_bytes() == (ours if word == "install" else whole)


def test_a_block_that_stays_broken_is_refused(merged):
    assert merged.hook("install").returncode == 0
    ours = merged.target.read_bytes()
    broken = ours[:ours.index(BEGIN) + 100]
    merged.target.write_bytes(broken)
    done = merged.hook("install")
    assert done.returncode == 1 and "never ends" in done.stderr
    assert merged.target.read_bytes() == broken
