# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong and hostile descriptions: exit 3, the rule named, nothing executed, nothing left."""
import os

import pytest

LINE = {"originator": 2, "vendor": 3, "label": 4, "version": 5, "description": 6, "stanza": 8}


def set_key(desk, key, value):
    lines = desk.ini.read_bytes().split(b"\n")
    value = value if isinstance(value, bytes) else value.encode()
    lines[LINE[key] - 1] = key.encode() + b" = " + value
    desk.ini.write_bytes(b"\n".join(lines))


# {canary} is a path in the output folder's parent that must not come into being.
HOSTILE = [
    "%(touch {canary})", "%{{lua: os.execute('touch {canary}')}}", "$(touch {canary})", "`touch {canary}`",
    "a; touch {canary}", "a\" onload=\"x", "a' touch {canary} '", "a && touch {canary}", "a | touch {canary}",
    "a > {canary}", "a\\nb", "%define x y", "%{{?x}}", "${{IFS}}touch", "<script>", "&lt;", "@version@",
    "../../etc/passwd", "/etc/passwd", "-rf", "--eval", "a\tb", "x" * 300, "", "caf\u00e9", "a\x1b[2Jb",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("key", ["originator", "label", "version"])
def test_hostile_identifiers(desk, key, value):
    canary = desk.base / "canary"
    set_key(desk, key, value.format(canary=canary))
    done = desk.unsigned()
    desk.assert_refused(done, 3, f"pack.ini:{LINE[key]}: ")
    assert not canary.exists()
    assert "\x1b" not in done.stderr


# What is text to every reader is allowed in texts: quotes of one kind, ';' without a blank, '@' ...
TEXT_IS_FINE = {"a; touch {canary}", "a' touch {canary} '", "a | touch {canary}", "@version@", "../../etc/passwd",
                "/etc/passwd", "-rf", "--eval"}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("key", ["vendor", "description"])
def test_hostile_texts(desk, key, value):
    canary = desk.base / "canary"
    text = value.format(canary="/c")
    set_key(desk, key, text)
    done = desk.unsigned()
    if value in TEXT_IS_FINE:
        assert done.returncode == 0, done.stderr
        shown = desk.run("inspect", next(desk.out.glob("*.iso"))).stdout
        if key == "description":
            assert f"description    {text}\n" in shown
    else:
        desk.assert_refused(done, 3, f"pack.ini:{LINE[key]}: ")
    assert not canary.exists() and not os.path.exists("/c")


@pytest.mark.parametrize("value", ["../multipath.conf", "/etc/passwd", "sub/../../x", "$(id)", "a b", "gone.conf", ".",
                                   "%(id)", "link.conf", "dir/multipath.conf", "fifo", "sub"])
def test_stanza_stays_inside_the_folder(desk, value):
    (desk.spec / "link.conf").symlink_to("/etc/passwd")
    (desk.spec / "dir").symlink_to(desk.base)
    (desk.base / "multipath.conf").write_text((desk.spec / "multipath.conf").read_text())
    (desk.spec / "sub").mkdir()
    os.mkfifo(desk.spec / "fifo")
    set_key(desk, "stanza", value)
    desk.assert_refused(desk.unsigned(), 3, "pack.ini:8: stanza")


@pytest.mark.parametrize("value", ["../x", "/etc/passwd", "link"])
def test_eula_stays_inside_the_folder(desk, value):
    (desk.spec / "link").symlink_to("/etc/passwd")
    desk.ini.write_text(desk.ini.read_text().replace("[multipath]", f"eula = {value}\n[multipath]"))
    desk.assert_refused(desk.unsigned(), 3, "pack.ini:7: eula")


@pytest.mark.parametrize("key, value, rule", [
    ("originator", "xs", "originator-grammar"), ("originator", "xcp", "originator-grammar"),
    ("label", "main", "label-grammar"), ("label", "DEFAULT", "label-grammar"), ("label", "XS82E001", "label-grammar"),
    ("label", "CH8", "label-grammar"), ("label", "acme-1-2", "label-version"), ("version", "1.0rc1", "version-grammar"),
    ("version", "1.0-1", "version-grammar"), ("version", "01", "version-grammar"), ("vendor", "!!!", "vendor-grammar"),
])
def test_rules_are_named(desk, key, value, rule):
    set_key(desk, key, value)
    desk.assert_refused(desk.unsigned(), 3, f"pack.ini:{LINE[key]}: ", f"[{rule}]", "is refused: 1 problem\n")


@pytest.mark.parametrize("extra, part", [
    ("nonsense = 1\n", "pack.ini:9: unknown key 'nonsense' in section '[multipath]' [unknown-key]"),
    ("[nonsense]\na = 1\n", "pack.ini:10: key 'a' is in the unknown section '[nonsense]' [unknown-section]"),
    ("[storagelink]\nvendor = A\n", "pack.ini:10: vendor is given, but no product of section '[storagelink]' [key-alone]"),
    ("[storagelink]\nvendor = 123456789\nproduct = B\n", "[inquiry-grammar]"),
    ("[storagelink]\nvendor = A\nproduct = B\nentry = no.xml\n", "pack.ini:12: entry: "),
    ("stanza = other.conf\n", "pack.ini:9: key 'stanza' stands on line 8 already [duplicate-key]"),
    ("[pack]\n", "pack.ini:9: section 'pack' stands on line 1 already [duplicate-section]"),
    ("no assignment\n", "pack.ini:9: 'no assignment' is neither"),
    ("[targets]\nclassic = maybe\n", "pack.ini:10: classic 'maybe' must be yes or no"),
    ("[targets]\nmodern = no\nclassic = yes\n", "pack.ini:10: modern 'no': an image of the classic half alone"),
    ("[targets]\nmodern = no\n", "pack.ini:10: modern 'no' leaves nothing to build"),
    ("[targets]\nbase-requires = a >= 1, $(id)\n", "[requires-grammar]"),
    ("[targets]\nbase-requires = /bin/sh\n", "[requires-grammar]"),
    ("on-conflict = ask\n", "pack.ini:9: on-conflict 'ask' must be keep, replace or fail"),
])
def test_structure(desk, extra, part):
    desk.ini.write_text(desk.ini.read_text() + extra)
    desk.assert_refused(desk.unsigned(), 3, part)


@pytest.mark.parametrize("text, part", [
    (b"", "originator of section '[pack]' must be given [missing-key]"),
    (b"\0\1\2\3", "pack.ini:1: NUL byte in column 1 [ini-control]"),
    (b"[pack]\nlabel = a\0b\n", "pack.ini:2: NUL byte in column 10 [ini-control]"),
    (b"[pack]\nlabel = \xff\xfe\n", "pack.ini:2: byte 0xff in column 9 is not UTF-8 [ini-utf8]"),
    (b"#" * 70000, "larger than 65536 bytes"),
    (b"[pack\n", "pack.ini:1: '[pack' is not a section line"),
    (b"label = a\n", "pack.ini:1: key 'label' stands before any section"),
])
def test_files_that_are_no_description(desk, text, part):
    desk.ini.write_bytes(text)
    desk.assert_refused(desk.unsigned(), 3, part)


def test_all_findings_come_at_once(desk):
    set_key(desk, "label", "main")
    set_key(desk, "version", "x")
    set_key(desk, "description", "$(id)")
    done = desk.unsigned()
    desk.assert_refused(done, 3, "pack.ini:4: ", "pack.ini:5: ", "pack.ini:6: ", "is refused: 3 problems\n")


def test_no_such_description(desk):
    desk.ini.unlink()
    desk.assert_refused(desk.unsigned(), 3, "cannot read '", "No such file or directory")


def test_description_that_is_a_folder(desk):
    desk.ini.unlink()
    desk.ini.mkdir()
    desk.assert_refused(desk.unsigned(), 3, "not a regular file")


HEAD = "device {\n  vendor A\n  product B\n"


@pytest.mark.parametrize("text, part", [
    ("", "there is no device block in it [stanza-empty]"),
    (HEAD + "  nonsense 1\n}\n", "multipath.conf:4: unknown keyword 'nonsense'"),
    (HEAD, "multipath.conf:3: the block that starts on line 1 is not closed"),
    (HEAD + "  device {\n  }\n", "multipath.conf:4: 'device {' starts inside the block of line 1"),
    ("device {\n  product A\n}\n", "has no vendor"),
    (HEAD + "  prio \"#x\"\n}\n", "multipath.conf:4: a value must not start with '#'"),
    (HEAD + "  prio \"x\n}\n", "multipath.conf:4: missing closing quote"),
    (HEAD + "  prio x,\n}\n", "[stanza-value]"),
    (HEAD + "} trailing\n", "multipath.conf:4: text after '}'"),
    (HEAD + "  # " + "x" * 1100 + "\n}\n", "multipath.conf:4: the line has"),
    (HEAD + "  prio caf\u00e9\n}\n", "[stanza-ascii]"),
    ("defaults {\n  failback 3\n}\n", "there is no device block in it: a pack needs at least one"),
    ("x" * 70000, "larger than 65536 bytes"),
])
def test_stanzas_no_host_should_get(desk, text, part):
    (desk.spec / "multipath.conf").write_text(text)
    desk.assert_refused(desk.unsigned(), 3, part)


def test_comments_and_blank_lines_are_fine(desk):
    desk.ini.write_text("; caf\u00e9\n\n# more\n" + desk.ini.read_text().replace("acme-mp", "acme-mp  ; the label"))
    assert desk.unsigned().returncode == 0
    assert (desk.out / "acme-mp-1.2-unsigned.iso").exists()
