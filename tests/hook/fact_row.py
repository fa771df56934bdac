# SPDX-License-Identifier: GPL-2.0-or-later
"""One row of the table of facts (test_hook_facts*.py): a host, what its files say, and what has to come out."""
import json
import re
from dataclasses import dataclass, field

import snapshot
from host import LABEL, STANZA, layouts

CONF_D = "/etc/multipath/conf.d"
OURS = ('vendor "OSNEXUS"', 'product "QUANTASTOR"')


def section(name, *lines):
    return "".join(f"{line}\n" for line in (f"{name} {{", *("\t" + line for text in lines for line in text.splitlines()), "}"))


def device(*settings):
    return section("device", *settings)


def devices(*blocks):
    return section("devices", *blocks)


def plus(*settings):
    """The usual stanza with more settings."""
    return STANZA.replace("}\n", "".join(f"\t{setting}\n" for setting in settings) + "}\n")


@dataclass(frozen=True)
class Row:
    fact: str          # of parsers-2.md, issue 14 or clients-2.md
    layout: str
    files: dict = field(default_factory=dict)  # "main" or a name in conf.d: its text, None: no such file
    stanza: object = STANZA                    # a text, or {the first parser that gets it: text}
    on_conflict: str = "keep"
    exit: int = 0      # of install and check
    said: tuple = ()   # words of install
    state: str = "applied"
    why: tuple = ()    # words of status
    values: dict = field(default_factory=dict)  # keyword: (value, by, file, words of its line)
    unset: tuple = ()      # keywords that nobody sets for the array
    kept_off: tuple = ()   # by, file, words of its line
    stands: str = ""       # "first" or "last" of the devices of its file, "nowhere"
    plan: int = 10
    plan_said: tuple = ()
    has: tuple = ()        # words of the file with our block
    has_not: tuple = ()

    def __str__(self):
        return f"{self.layout}: {self.fact}".replace("/", "|")


def path_of(layout, name):
    """Of a short name in Row.files, links followed."""
    if name != "main":
        return f"{CONF_D}/{name}"
    return layouts.XENSERVER if layouts.ETC in layout.links and layout.sm else layouts.ETC


def write_files(host, files):
    for name, text in files.items():
        path = path_of(host.layout, name)
        if text is None:
            host.at(path).unlink()
        else:
            host.write(path, text.encode("utf-8", "surrogateescape"))


def line_of(host, name, words):
    """(path, line number) of the one line that has the words."""
    path = path_of(host.layout, name)
    lines = host.at(path).read_bytes().decode("utf-8", "surrogateescape").split("\n")
    found = [number for number, line in enumerate(lines, 1) if words in line]
    assert len(found) == 1, f"{words!r} is in lines {found} of '{path}'"
    return path, found[0]


def has_all(words, text):
    for word in words:
        assert word.casefold() in text.casefold(), f"'{word}' is not in: {text}"


def check_plain(done):
    """No byte of the host's files commands a terminal."""
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.stdout + done.stderr), f"{done.stdout!r} {done.stderr!r}"


def check_effective(host, row, report):
    ours = report["effective"][0]
    values = {value["keyword"]: value for value in ours["values"]}
    for keyword, (value, by, name, words) in row.values.items():
        path, line = line_of(host, name, words)
        got = values[keyword]
        assert (got["value"], got["by"], got["file"], got["line"]) == (value, by, path, line)
    for keyword in row.unset:
        assert keyword not in values, values[keyword]
    if row.kept_off:
        by, name, words = row.kept_off
        path, line = line_of(host, name, words) if words else (None, 0)
        assert ours["kept_off"] == {"by": by, "file": path, "line": line}
    else:
        assert ours["kept_off"] is None
    if row.state == "applied":
        assert ours["in_force"] is True
        for value in ours["values"]:
            assert value["by"] == "pack" or value["wanted"] in (None, value["value"]), value
    else:
        assert ours["in_force"] is False


def check_place(host, row):
    text = host.target.read_text(errors="surrogateescape") if host.target.exists() else ""
    assert text.count(f"# BEGIN {LABEL} ") == (0 if row.exit or row.state == "conflict" else 1)
    before, _, rest = text.partition(f"# BEGIN {LABEL} ")
    ours, _, after = rest.partition(f"# END {LABEL}")
    if row.stands == "first":
        assert "device {" not in before
        assert "device {" in after
    elif row.stands == "last":
        assert "device {" in before
        assert "device {" not in after
    has_all(row.has, ours)
    for word in row.has_not:
        assert word not in ours


def check_reason(row, plan):
    has_all(row.plan_said, plan.stderr)


def check_row(host, row):
    host.unpack(stanza=row.stanza, on_conflict=row.on_conflict)
    write_files(host, row.files)
    before = host.tree()
    plan, check = host.hook("plan"), host.hook("check")
    assert snapshot.difference(before, host.tree()) == []
    install, status = host.hook("install"), host.hook("status")
    told = host.hook("status", "--json")
    report = json.loads(told.stdout)
    for done in (plan, check, install, status, told):
        check_plain(done)
    assert install.returncode == row.exit, install.stderr
    has_all(row.said, install.stderr)
    assert report["state"] == row.state, (report["state"], report["message"], row)
    assert check.returncode == row.exit, check.stdout
    check_place(host, row)
    assert told.returncode == status.returncode == (0 if row.state == "applied" else 1)
    assert plan.returncode == (1 if row.exit else row.plan), plan.stderr
    check_reason(row, plan)
    has_all(row.why, report["message"] or "")
    check_effective(host, row, report)
    if row.exit == 0:
        again = host.hook("plan")
        assert (again.returncode, again.stdout) == (0, ""), again.stdout
    removed = host.hook("remove")
    check_plain(removed)
    assert removed.returncode == 0, removed.stderr
    assert snapshot.difference(before, host.tree()) == []
