# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page says what the program says: every JSON key, command, option, exit status and state, and no other."""
import json
import re
import shutil

import pytest
from support import SOURCE, must, run

PAGE = SOURCE / "hooks" / "multipath-hook" / "multipath-hook.8.scd"
TYPES = {"string": str, "number": int, "boolean": bool, "null": type(None), "array of strings": list}


@pytest.fixture(scope="module")
def sections():
    """{heading: text}"""
    parts = re.split(r"(?m)^# (.+)\n", PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2]))


def terms(text):
    """What a section defines: "*word*" alone at the start of a line, its text indented below."""
    return re.findall(r"(?m)^\*([^*\n]+)\*(?:.*)\n\t", text)


@pytest.fixture(scope="module")
def keys(sections):
    """{key: its types}"""
    found = re.findall(r"(?m)^\*(\w+)\* \(([a-z ]+)\)$", sections["JSON"])
    return {key: tuple(TYPES[kind] for kind in kinds.split(" or ")) for key, kinds in found}


def is_documented(report, keys):
    assert list(report) == sorted(report) == sorted(keys)
    for key, value in report.items():
        assert type(value) in keys[key], f"{key}: {value!r}"


def test_every_key_of_the_report(make_host, keys):
    host = make_host("xcp-ng-8.3")
    is_documented(json.loads(host.hook("status", "--json").stdout), keys)
    host.hook("install")
    host.write("/etc/multipath.conf.bak", b"")
    is_documented(json.loads(host.hook("status", "--json").stdout), keys)
    host.at("/etc/xensource-inventory").unlink()
    is_documented(json.loads(host.hook("status", "--json").stdout), keys)


def test_the_example_is_a_report(sections, keys):
    example = json.loads(re.search(r"(?s)```\n(\{.*?\n\})\n```", sections["JSON"]).group(1))
    is_documented(example, keys)
    assert example["schema"] == 1


def test_commands_and_options(hook, sections):
    usage = must([hook, "--help"]).stdout
    commands = re.findall(r"(?m)^  (\w+)  ", usage)
    assert len(commands) >= 5
    assert terms(sections["COMMANDS"]) == commands
    options = re.findall(r"--[a-z-]+", usage.splitlines()[0])
    assert {*options, "--help"} == set(re.findall(r"(?m)^\*(--[a-z-]+)\*", sections["OPTIONS"]))
    for word in (*commands, *options):
        assert f"*{word}*" in sections["SYNOPSIS"]


def test_states_and_exit_statuses(hook, sections):
    usage = must([hook, "--help"]).stdout
    states = re.findall(r"\w+", re.search(r"(?m)^  status +(.+)$", usage).group(1).replace(" or ", ", "))
    assert terms(sections["STATUS"])[:len(states)] == states
    assert terms(sections["STATUS"])[len(states):] == ["none", "agrees", "differs", "silent", "unknown"]
    for word in terms(sections["STATUS"]):
        assert f"*{word}*" in sections["JSON"]
    statuses = re.findall(r"(?:^|, *)(\d+) ", usage.partition("exit: ")[2], re.MULTILINE)
    said = re.findall(r"\b\d+\b(?= [a-z])", usage.partition("exit: ")[2])
    assert terms(sections["EXIT STATUS"]) == said
    assert set(statuses) <= set(said)


def test_it_is_a_page(tmp_path):
    for program in ("scdoc", "groff"):
        if not shutil.which(program):
            pytest.skip(f"no {program} here")
    page = must(["scdoc"], stdin=PAGE.open(encoding="utf-8")).stdout
    file = tmp_path / "multipath-hook.8"
    file.write_text(page, encoding="utf-8")
    shown = run(["groff", "-man", "-t", "-Tutf8", "-Kutf8", "-ww", "-z", file])
    assert (shown.returncode, shown.stderr) == (0, "")
