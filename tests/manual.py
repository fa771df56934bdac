# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of manual pages share: reading a page's source, and judging the formatted page."""
import re
import shutil

import pytest

from support import must, run

TYPES = {"string": str, "number": int, "boolean": bool, "null": type(None), "object": dict,
         "array of strings": list, "array of objects": list}


def sections(page, level="#"):
    """{heading: text} of the page's source, or of a text's subsections with level "##"."""
    text = page if isinstance(page, str) else page.read_text(encoding="utf-8")
    parts = re.split(rf"(?m)^{level} (.+)\n", text)
    return dict(zip(parts[1::2], parts[2::2]))


def terms(text):
    """What a section defines: "*word*" alone at the start of a line, its text indented below."""
    return re.findall(r"(?m)^\*([^*\n]+)\*(?:.*)\n\t", text)


def fields(text):
    """{JSON field: its types}, of lines "*field* (string or null)"."""
    found = re.findall(r"(?m)^\*([\w.\[\]]+)\* \(([a-z ]+)\)$", text)
    return {field: tuple(TYPES[kind] for kind in kinds.split(" or ")) for field, kinds in found}


def assert_formats(page, tmp_path):
    """scdoc takes it, and groff has nothing to say of what scdoc makes."""
    for program in ("scdoc", "groff"):
        if not shutil.which(program):
            pytest.skip(f"no {program} here")
    made = tmp_path / page.stem
    made.write_text(must(["scdoc"], stdin=page.open(encoding="utf-8")).stdout, encoding="utf-8")
    shown = run(["groff", "-man", "-t", "-Tutf8", "-Kutf8", "-ww", "-z", made])
    assert (shown.returncode, shown.stderr) == (0, "")
