# SPDX-License-Identifier: GPL-2.0-or-later
"""suppack.1 says what the program's help says: every command, option, exit status and variable, and no other."""
import re

import pytest

from manual import assert_formats, sections, terms
from support import SOURCE, must

PAGE = SOURCE / "packer" / "cli" / "suppack.1.scd"


@pytest.fixture(scope="module")
def page():
    return sections(PAGE)


@pytest.fixture(scope="module")
def help_of(suppack):
    return lambda *words: must([suppack, *words, "--help"]).stdout


@pytest.fixture(scope="module")
def commands(help_of):
    """{command: operands} of the helps."""
    names = re.findall(r"(?m)^  ([a-z]+) ", help_of().partition("\n\n`")[0])
    assert len(names) >= 7
    return {name: re.match(rf"Usage: suppack {name} \[OPTION\]... (.+)\n", help_of(name))[1] for name in names}


def options(text):
    """{"--name": (letter or "", argument or "")} of a help."""
    return {name: (letter, argument) for letter, name, argument in
            re.findall(r"(?m)^  (?:(-\w),|   ) (--[a-z-]+)(?:=(\S+))?", text)}


def plain(text):
    return re.sub(r"[*_]", "", text)


def test_commands_and_operands(page, commands):
    described = re.findall(r"(?m)^\*([a-z]+)\* (.+)\n\t", page["COMMANDS"])
    assert {name: plain(operands) for name, operands in described} == commands
    for name, operands in commands.items():
        lines = [line for line in plain(page["SYNOPSIS"]).splitlines() if line.startswith(f"suppack {name} ")]
        assert lines and all(line.removesuffix("++").endswith(f" {operands}") for line in lines)


def test_options_of_each_command(page, help_of, commands):
    """The synopsis names what is of the command alone, with its argument; the rest is everywhere."""
    common = options(help_of())
    for name in commands:
        lines = re.findall(rf"(?m)^suppack {name} .*", plain(page["SYNOPSIS"]))
        shown = dict(re.findall(r"(--[a-z-]+)=?([A-Z]*)", "\n".join(lines)))
        own = {option: said[1] for option, said in options(help_of(name)).items() if option not in common}
        assert shown == own, name


def test_every_option_is_described(page, help_of, commands):
    known = options(help_of())
    for name in commands:
        known.update(options(help_of(name)))
    described = re.findall(r"(?m)^(?:\*(-\w)\*, )?\*(--[a-z-]+)\*(?:=_(\S+)_)?\n\t", page["OPTIONS"])
    assert {name: (letter, argument) for letter, name, argument in described} == known
    assert len(described) == len(terms(page["OPTIONS"]))


def test_exit_statuses_and_environment(page, help_of):
    said = re.search(r"Exit status: (.+?)\.\nEnvironment: (.+?)\.\n", help_of(), re.DOTALL)
    assert terms(page["EXIT STATUS"]) == re.findall(r"\d+", said[1])
    assert terms(page["ENVIRONMENT"]) == said[2].split(", ")


def test_the_examples_are_of_this_program(page, commands):
    blocks = re.findall(r"```\n(.*?)```", "".join(page.values()), re.DOTALL)
    named = re.findall(r"(?m)^suppack (\S+)", "".join(blocks))
    assert len(named) >= 5 and set(named) <= set(commands)


def test_it_is_a_page(tmp_path):
    assert_formats(PAGE, tmp_path)
