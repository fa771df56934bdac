# SPDX-License-Identifier: GPL-2.0-or-later
"""Rule ids and JSON keys are an interface: what interface.txt lists is still there, or CHANGELOG.md names it as `gone`.

The list is what a release has. New ids and keys are free until the next one: SUPPACK_GOLDEN=write then lists them too.
That the manual pages have the keys which the programs print, and no others, is the matter of test_json and
test_hook_manual; that each verify rule is in the program, of test_should_fail.
"""
import os
import re
from pathlib import Path

import pytest

from manual import fields, sections
from support import SOURCE

LIST = Path(__file__).parent / "interface.txt"
# What rules are called whose table is not verify's: an id given to a finding in packer/.
OTHERS = re.compile(r'"((?:carried|classic|description|dialect|driver|duplicate|eula|files|guidance|ini|inquiry|key|label|missing|no'
                    r"|originator|path|pattern|requires|setting|stanza|unknown|uuid|vendor|version|base|on|yes)(?:-[a-z0-9]+)+)\"")
NO_RULES = {"base-url", "base-requires", "base-provides", "description-file", "driver-rpm", "key-file-grammar", "no-classic", "no-key",
            "no-passphrase", "on-the-command-line", "stanza-el7", "stanza-el10"}  # options and keys


def rules():
    sources = [path.read_text() for path in sorted((SOURCE / "packer").rglob("*.[ch]")) if path.parent.name != "completion"]
    text = "\n".join(sources)
    ids = set(re.findall(r'X\(\w+, "([a-z0-9-]+)"', text)) | set(OTHERS.findall(text)) - NO_RULES
    return {f"rule {name}" for name in ids}


def json_keys():
    found = set()
    for page in sorted(SOURCE.rglob("*.scd")):
        if page.relative_to(SOURCE).parts[0] == "build":
            continue
        text = sections(page).get("JSON", "")
        parts = sections(text, "##") or {"": text}
        for heading, part in parts.items():
            found |= {f"json {page.stem} {heading.removesuffix(' --json')} {field}".replace("  ", " ") for field in fields(part)}
    return found


def gone(listed, present, changelog):
    """The names that are listed, are not there, and are not in the changelog."""
    return sorted(name for name in listed - present if f"`{name.split()[-1]}`" not in changelog)


@pytest.fixture(scope="module")
def present():
    return rules() | json_keys()


def test_nothing_of_the_interface_is_gone_in_silence(present):
    if os.environ.get("SUPPACK_GOLDEN") == "write":
        LIST.write_text("".join(f"{name}\n" for name in sorted(present)))
    listed = set(LIST.read_text().splitlines())
    assert len([name for name in listed if name.startswith("rule ")]) > 150
    assert len([name for name in listed if name.startswith("json ")]) > 100
    missing = gone(listed, present, (SOURCE / "CHANGELOG.md").read_text())
    assert not missing, f"gone from the interface without a line in CHANGELOG.md: {missing}"


@pytest.mark.parametrize("name", ["rule rpm-payload-zstd", "rule stanza-quote", "json suppack.1 inspect uuid"])
def test_what_goes_is_noticed(present, name):
    listed = set(LIST.read_text().splitlines())
    assert name in listed
    assert name in gone(listed, present - {name}, "")
    assert name not in gone(listed, present - {name}, f"- `{name.split()[-1]}` is gone")
