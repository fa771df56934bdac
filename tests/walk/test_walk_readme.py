# SPDX-License-Identifier: GPL-2.0-or-later
"""README.txt of an image: every command in it is one that the programs it names take."""
import re
import shutil

import pytest

from papers import page_commands, readme_commands
from support import SOURCE, must, set_keys
from xe_grammar import faults

LABEL = "osnexus-quantastor-multipath"
KINDS = ("signed", "unsigned", "not homogeneous", "modern only")


@pytest.fixture(scope="module")
def texts(build_pack, quantastor_source, tmp_path_factory, signed_iso, unsigned_iso):
    """README.txt of an image of each kind."""
    def text_of(iso):
        return must(["bsdtar", "-xOf", iso, "README.txt"]).stdout
    ini = shutil.copytree(quantastor_source, tmp_path_factory.mktemp("spec") / "pack") / "pack.ini"
    set_keys(ini, homogeneous="no")
    mixed = build_pack(ini).iso
    set_keys(ini, classic="no")
    return dict(zip(KINDS, map(text_of, (signed_iso, unsigned_iso, mixed, build_pack(ini).iso)), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_xe_takes_what_the_readme_says(texts, kind):
    lines = [line for lines in readme_commands(texts[kind]).values() for line in lines if line.startswith("xe ")]
    assert len(lines) > (4 if kind == "unsigned" else 10)
    assert [fault for line in lines for fault in faults(line)] == []


@pytest.mark.parametrize("line, fault", [
    ("xe update-precheck uuid=<uuid> host-uuid=<host>", "Unknown field host-uuid"),
    ("xe update-resync-host host=<host>", "'update-resync-host' needs host-uuid="),
    ("xe update-uplod file-name=x", "Unknown command update-uplod"),
    ("xe host-param-set uuid=<host> multipath=true", "Unknown field multipath"),
    ("xe sr-list params=uuid,name", "'sr-list' knows no field 'name'"),
])
def test_the_table_finds_what_xe_refuses(line, fault):
    assert fault in faults(line)


HEADINGS = ["WHAT IT DOES", "IS IT WHAT THE VENDOR MADE?", "BEFORE THE FIRST STORAGE REPOSITORY (SR)", "TRUST THE KEY",
            "INSTALL", "CHECK", "A NEW HOST JOINS THE POOL", "A HOST IS UPGRADED TO THE NEXT RELEASE",
            "THE NEXT VERSION OF THIS PACK", "BACK TO AN EARLIER VERSION", "REMOVE", "WHAT AN ERROR MEANS", "YOUR RELEASE",
            "XENSERVER 5.6 TO 7.0", "WHAT EACH HOST GETS", "NOTES OF THE VENDOR"]


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_it_finds(texts, kind):
    """Each heading, in the order of the work; what does not apply to the image is left out."""
    absent = {"unsigned": {"TRUST THE KEY"}, "modern only": {"XENSERVER 5.6 TO 7.0"}}.get(kind, set())
    found = [line for line in texts[kind].splitlines() if re.match(r"[A-Z][A-Z0-9 .?()]+$", line)]
    assert found == [heading for heading in HEADINGS if heading not in absent]
    assert ("POOL_HOSTS_NOT_HOMOGENEOUS" in texts[kind]) == (kind in ("signed", "unsigned"))
    own = texts[kind].partition("WHAT EACH HOST GETS")[0]  # behind it stand the vendor's words, in lines of their own
    prose = [line for line in own.splitlines() if not line.startswith(" " * 8)]
    assert max(map(len, prose)) <= 112 and texts[kind].isascii()


def test_xe_takes_what_the_administrators_page_says():
    """In blocks and in the middle of a sentence; the page has the steps of README.txt, with the same commands."""
    text = (SOURCE / "docs/administrator.md").read_text()
    blocks = [line for blocks in page_commands(text).values() for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`(xe [^`]+)`", text)
    lines = [line for line in [*blocks, *inline] if line.startswith("xe ")]
    assert len(lines) > 14 and len(inline) >= 3
    assert [fault for line in lines for fault in faults(line)] == []


def test_both_papers_have_the_same_commands(texts):
    names = {"<label>": LABEL, "<version>": "1.0.0", "<VENDOR>": "OSNEXUS",
             "<uuid>": re.search(r"Pack UUID (\S+)", texts["signed"])[1]}
    readme = {line for lines in readme_commands(texts["signed"]).values() for line in lines}
    page = page_commands((SOURCE / "docs/administrator.md").read_text())
    for word, value in names.items():
        page = {heading: [block.replace(word, value) for block in blocks] for heading, blocks in page.items()}
    said = [line for blocks in page.values() for block in blocks for line in block.splitlines()]
    assert [line for line in said if line not in readme and not line.startswith("xe pool-join")] == []
