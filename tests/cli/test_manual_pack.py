# SPDX-License-Identifier: GPL-2.0-or-later
"""suppack-pack.5 says what the program takes: every section, key, rule, default, keyword; and its examples are good."""
import json
import re

import pytest

from manual import assert_formats, sections, terms
from rpms import Rpm, make_rpms
from support import SOURCE, must

PAGE = SOURCE / "packer" / "cli" / "suppack-pack.5.scd"
# What each key refuses; the sentence is then looked for in the page.
BAD = {
    "originator": ["A", "xs"], "vendor": ["-"], "label": ["a.b", "main", "XS7"], "version": ["1.x"],
    "description": ["<"], "uuid": ["1"], "guidance": ["reboot"], "homogeneous": ["maybe"], "date": ["28.11.2026"], "eula": ["../x"], "notes": ["../x"],
    "classic": ["maybe"], "modern": ["maybe"], "base-requires": ["x"], "stanza": ["/x"], "stanza-el7": ["/x"],
    "stanza-el10": ["/x"], "on-conflict": ["ask"], "settings": ["all"], "files": ["../x.rpm"], "drivers": ["maybe"],
    ("storagelink", "vendor"): ["123456789", "<"], "product": ["12345678901234567"], "entry": ["../x"], "program": ["../x"],
    "base-provides": ["../x"],
}


@pytest.fixture(scope="module")
def page():
    return sections(PAGE)


def rows():
    """{(section, key): (required, default)} of the program's own table."""
    code = (SOURCE / "packer/rules/rules.c").read_text()
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
    (desk.spec / "notes.txt").write_text("    See the manual.\n")
    (desk.spec / "storagelink-entry.xml").write_text("<d v='ACME'><p>ARRAY1</p></d>")
    (desk.spec / "storagelink-hook.signed.exe").write_bytes(b"MZ")  # judged when an image is built
    make_rpms(desk.spec / "rpms", Rpm("acme-nic", files={"/lib/modules/4.19.0+1/updates/acme.ko": "module"}))
    (desk.spec / "dom0-provides.txt").write_text("# rpm -qa --provides\nglibc = 2.17\n")
    assert [f["text"] for f in lint(desk) if f["severity"] != "info"] == []


def test_the_example_is_a_pack(desk, page):
    ini, stanza = re.findall(r"```\n(.*?)```", page["EXAMPLE"], re.DOTALL)
    desk.ini.write_text(ini)
    (desk.spec / "multipath.conf").write_text(stanza)
    assert [f["text"] for f in lint(desk) if f["severity"] != "info"] == []
    assert desk.unsigned().returncode == 0


def parsers():
    """The names of the program's own table, oldest first."""
    code = (SOURCE / "packer/model/parser.c").read_text()
    return re.findall(r'\{"([\d.-]+)", ', re.search(r"parsers\[SP_PARSERS\] = \{(.*?)\n\};", code, re.DOTALL)[1])


def spread(known):
    """The parsers that "all", "0.4.7" or "0.4.9-119,0.6.4.." stands for."""
    names, found = parsers(), []
    for part in known.split(","):
        first, dots, last = part.partition("..")
        from_, to = (names[0], names[-1]) if part == "all" else (first, last or (names[-1] if dots else first))
        found += names[names.index(from_):names.index(to) + 1]
    return found


def keywords(page):
    """{keyword: (parsers that know it, values)} of the page."""
    [table] = re.findall(r"```\n(.*?)```", page["DIALECTS"], re.DOTALL)
    lines = re.sub(r"\n +", "", table).splitlines()
    return {name: (spread(known), values) for name, known, values in (line.split() for line in lines)}


def test_every_keyword_the_program_knows(page):
    code = (SOURCE / "packer/stanza/keyword.c").read_text()
    table = re.search(r"SpKeyword keywords\[\] = \{(.*?)\n\};", code, re.DOTALL)[1]
    assert list(keywords(page)) == re.findall(r'\{"(\w+)"', table)


def texts(desk):
    """{parser: its text} of the built package, as pack.conf says which is taken."""
    assert desk.unsigned().returncode == 0
    share = desk.base / "opt/acme-mp/share/acme-mp"
    for pattern, at in ((next(desk.out.glob("*.iso")), "Packages/acme-mp-1.2-1.x86_64.rpm"),
                        (desk.base / "Packages/acme-mp-1.2-1.x86_64.rpm", None)):
        must(["bsdtar", "-xf", pattern, "-C", desk.base, *([at] if at else [])])
    starts = dict(re.findall(r"(?m)^stanza=(\S+) (\S+)$", (share / "pack.conf").read_text()))
    assert list(starts) == [name for name in parsers() if name in starts]
    assert {path.name for path in share.glob("multipath-*")} == set(starts.values())
    found, file = {}, None
    for name in parsers():
        file = starts.get(name, file)
        found[name] = (share / file).read_text()
    return found


def test_what_is_left_out_for_each_parser(desk, page):
    """Nothing of the table is refused, and each parser's text has the keywords it knows, no others."""
    known = keywords(page)
    values = {name: "1" if "N" in said.split("|") else said.split("|")[0] for name, (_, said) in known.items()}
    values.update(vendor="ACME", product="ARRAY", path_checker="tur", checker="tur", prio="alua", features="0",
                  hardware_handler="0", path_selector='"round-robin 0"',
                  user_friendly_names="no", uid_attribute="ID_SERIAL", getuid_callout='"/sbin/scsi_id -g -u -s /block/%n"')
    (desk.spec / "multipath.conf").write_text(
        "device {\n" + "".join(f" {name} {value}\n" for name, value in values.items()) + "}\n")
    assert [f for f in lint(desk) if f["severity"] == "error"] == []
    for parser, text in texts(desk).items():
        wanted = [name for name, (which, _) in known.items() if parser in which]
        if parser in ("0.9.9", "0.14.0", "0.15.0"):
            wanted.remove("flush_on_last_del")  # its value is yes here
        assert re.findall(r"(?m)^ (\w+) ", text) == wanted, parser


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
    """All of them, and each with the hosts lint names."""
    said = re.findall(r"(?m)^((?:\*[\d.-]+\*(?:, )?)+)\n\t(.+)", page["DIALECTS"])
    assert re.findall(r"\*([\d.-]+)\*", "".join(names for names, _ in said)) == parsers()
    hosts = {names: words for names, words in said if "," not in names}
    (desk.spec / "multipath.conf").write_text(
        "device {\n vendor ACME\n product ARRAY\n prio alua\n detect_path_checker yes\n getuid_callout x\n"
        " revision 1\n}\n")
    desk.ini.write_text(desk.ini.read_text() + "[targets]\nclassic = yes\n")
    found = {f["dialect"]: f["hosts"] for f in lint(desk) if "prio" in f["text"] or "features" in f["text"]}
    assert set(found) == {"0.4.7", "0.4.9-86"}
    for dialect, words in found.items():
        assert hosts[f"*{dialect}*"] == f"{words}."


def test_it_is_a_page(tmp_path):
    assert_formats(PAGE, tmp_path)
    assert terms(sections(PAGE)["SYNTAX"]) == ["path", "text", "yes-or-no"]
