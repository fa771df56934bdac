# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page says what the program says: every JSON key, command, option, exit status and state, and no other."""
import json
import re

import pytest

from manual import assert_formats, fields, terms
from manual import sections as sections_of
from support import SOURCE, must

PAGE = SOURCE / "hooks" / "multipath-hook" / "multipath-hook.8.scd"


@pytest.fixture(scope="module")
def sections():
    return sections_of(PAGE)


@pytest.fixture(scope="module")
def keys(sections):
    return fields(sections["JSON"])


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
    assert example["schema"] == 2


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
    assert_formats(PAGE, tmp_path)
