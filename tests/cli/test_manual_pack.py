# SPDX-License-Identifier: GPL-2.0-or-later
"""suppack-pack.5 says what the program takes: every section, key, rule, default, keyword; and its examples are good."""
import json
import re

import pytest

from manual import assert_formats, sections, terms
from rpms import Rpm, make_rpms
from support import SOURCE

PAGE = SOURCE / "packer" / "cli" / "suppack-pack.5.scd"
# What each key refuses; the sentence is then looked for in the page.
BAD = {
    "originator": ["A", "xs"], "vendor": ["-"], "label": ["a.b", "main", "XS7"], "version": ["1.x"],
    "description": ["<"], "uuid": ["1"], "guidance": ["reboot"], "homogeneous": ["maybe"], "eula": ["../x"],
    "classic": ["maybe"], "modern": ["maybe"], "base-requires": ["x"], "stanza": ["/x"], "stanza-el7": ["/x"],
    "stanza-el10": ["/x"], "on-conflict": ["ask"], "files": ["../x.rpm"], "drivers": ["maybe"],
    ("storagelink", "vendor"): ["123456789", "<"], "product": ["12345678901234567"], "entry": ["../x"],
    "base-provides": ["../x"],
}


@pytest.fixture(scope="module")
def page():
    return sections(PAGE)


def rows():
    """{(section, key): (required, default)} of the program's own table."""
    code = (SOURCE / "packer/pack/rules.c").read_text()
    table = re.search(r"Row rows\[\] = \{(.*?)\n\};", code, re.DOTALL)[1]
    found = re.findall(r'\{"([\w-]+)",\s*"([\w-]+)",\s*"[\w-]+",\s*\w+,\s*(TRUE|FALSE),\s*"([^"]*)",', table)
    assert len(found) == table.count("sp_grammar_")
    return {(section, key): (required == "TRUE", default) for section, key, required, default in found}


def described(page):
    """{(section, key): (what stands in the parentheses, its text)}"""
    found = {}
    for heading, text in page.items():
        if hit := re.fullmatch(r"THE SECTION \[(\w+)\]", heading):
            for key, said, rule in re.findall(r"(?m)^\*([\w-]+)\* \((.+)\)\n((?:\t.*\n|\n)+)", text):
                found[hit[1], key] = (said, rule)
    return found


def unescaped(text):
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


def kinds(page):
    return dict(re.findall(r"(?m)^\*([\w-]+)\*\n((?:\t.*\n)+)", page["SYNTAX"]))


def test_every_section_and_key_with_its_default(page):
    known, said = rows(), described(page)
    assert list(said) == list(known)
    for (section, key), (required, default) in known.items():
        words = said[section, key][0].split(", ")
        if words[0] in kinds(page):
            words.pop(0)
        [word] = words
        assert (word == "required") == required, key
        assert (re.findall(r"\*(.+)\*", word) or [""]) == [default], key


def lint(desk):
    return json.loads(desk.run("lint", "--json", desk.ini).stdout)["findings"]


@pytest.mark.parametrize("section, key", rows())
def test_the_rule_is_the_sentence_the_program_says(desk, page, section, key):
    said, text = described(page)[section, key]
    text = unescaped(kinds(page).get(said.split(", ")[0], "") + text)
    for value in BAD.get((section, key)) or BAD[key]:
        desk.ini.write_text(f"[{section}]\n{key} = {value}\n")
        shown = re.escape(f"{key} '{value}' ")
        [sentence] = [hit[1] for hit in (re.match(f"{shown}(must .+)", f["text"]) for f in lint(desk)) if hit]
        assert sentence in text


def test_the_examples_of_the_keys_make_a_description(desk, page):
    lines = []
    for (section, key), (_, text) in described(page).items():
        [example] = re.findall(r"\tExample: \*(.+)\*\n", text)
        example = unescaped(example)
        assert example.startswith(f"{key} = ")
        lines += [] if f"[{section}]" in lines else [f"[{section}]"]
        lines.append(example)
    desk.ini.write_text("\n".join(lines))
    stanza = "device {\n vendor ACME\n product ARRAY\n}\n"
    for name in ("multipath.conf", "multipath-el7.conf", "multipath-el10.conf", "license.txt"):
        (desk.spec / name).write_text(stanza)
    (desk.spec / "storagelink-entry.xml").write_text("<d v='ACME'><p>ARRAY1</p></d>")
    make_rpms(desk.spec / "rpms", Rpm("acme-nic", files={"/lib/modules/4.19.0+1/updates/acme.ko": "module"}))
    (desk.spec / "dom0-provides.txt").write_text("# rpm -qa --provides\nglibc = 2.17\n")
    assert [f["text"] for f in lint(desk) if f["severity"] != "info"] == []


def test_the_example_is_a_pack(desk, page):
    ini, stanza = re.findall(r"```\n(.*?)```", page["EXAMPLE"], re.DOTALL)
    desk.ini.write_text(ini)
    (desk.spec / "multipath.conf").write_text(stanza)
    assert [f["text"] for f in lint(desk) if f["severity"] != "info"] == []
    assert desk.unsigned().returncode == 0


def keywords(page):
    """{keyword: (dialects it is left out for, values)} of the page."""
    [table] = re.findall(r"```\n(.*?)```", page["DIALECTS"], re.DOTALL)
    lines = re.sub(r"\n +", "", table).splitlines()
    return {name: ([] if gone == "-" else gone.split(","), values)
            for name, gone, values in (line.split() for line in lines)}


def test_every_keyword_the_program_knows(page):
    code = (SOURCE / "packer/pack/keyword.c").read_text()
    table = re.search(r"SpKeyword keywords\[\] = \{(.*?)\n\};", code, re.DOTALL)[1]
    assert list(keywords(page)) == re.findall(r'\{"(\w+)"', table)


def test_what_is_left_out_for_each_dialect(desk, page):
    """Nothing of the table is refused, and each keyword is left out where the page says."""
    known = keywords(page)
    values = {name: "1" if "N" in said.split("|") else said.split("|")[0] for name, (_, said) in known.items()}
    values.update(vendor="ACME", product="ARRAY")
    (desk.spec / "multipath.conf").write_text(
        "device {\n" + "".join(f" {name} {value}\n" for name, value in values.items()) + "}\n")
    found = lint(desk)
    assert [f for f in found if f["severity"] == "error"] == []
    dropped = {(re.match(r"'(\w+)", f["text"])[1], f["dialect"]) for f in found if f["rule"] == "dialect-dropped"}
    assert dropped == {(name, dialect) for name, (gone, _) in known.items() for dialect in gone}


@pytest.mark.parametrize("name, values", [(name, said) for name, (_, said) in keywords(sections(PAGE)).items()])
def test_the_values_are_the_ones_it_takes(desk, name, values):
    if name in ("vendor", "product"):
        return
    (desk.spec / "multipath.conf").write_text(
        f"device {{\n vendor ACME\n product ARRAY\n {name} nonsense\n}}\n")
    said = [f["text"] for f in lint(desk) if f["rule"] == "stanza-value"]
    wanted = [] if values == "any" else [f"value 'nonsense' of '{name}' is not one of {values} (N: a number)"]
    assert said == wanted


def test_dialects_are_the_programs(desk, page):
    """Each by its name, with the hosts lint names."""
    said = dict(re.findall(r"(?m)^\*(el\d+)\*\n\t(.+)", page["DIALECTS"]))
    hosts = {f["dialect"]: f["hosts"] for f in lint(desk) if f["dialect"]}
    assert sorted(said) == ["el10", "el5", "el7"] and len(hosts) == 2
    for dialect, name in hosts.items():
        assert said[dialect].startswith(name)


def test_it_is_a_page(tmp_path):
    assert_formats(PAGE, tmp_path)
    assert terms(sections(PAGE)["SYNTAX"]) == ["path", "text", "yes-or-no"]
