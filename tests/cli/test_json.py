# SPDX-License-Identifier: GPL-2.0-or-later
"""--json says what suppack.1 documents, field by field and type by type, and nothing else."""
import json
import re

import pytest

from manual import fields, sections
from support import SOURCE, must


@pytest.fixture(scope="module")
def documented():
    """{command: {field: types}}; findings are described once, wherever they are in an object."""
    parts = sections(sections(SOURCE / "packer/cli/suppack.1.scd")["JSON"], "##")
    common = fields(parts.pop("Findings"))
    known = {heading.removesuffix(" --json"): fields(text) for heading, text in parts.items()}
    for own in known.values():
        for place in [name for name in own if re.search(r"(^|\.)findings$", name)]:
            own.update({place + name.removeprefix("findings"): kinds for name, kinds in common.items()})
    return known


class Judge:
    """Holds documents against what is documented, and remembers which types were met."""

    def __init__(self, known):
        self.known, self.met = known, set()

    def object(self, value, prefix=""):
        below = (name[len(prefix):] for name in self.known if name.startswith(prefix))
        assert list(value) == sorted(name for name in below if not re.search(r"[.\[]", name)), prefix
        for key, child in value.items():
            self.field(prefix + key, child)

    def field(self, name, value):
        kind = next((kind for kind in self.known[name] if type(value) is kind), None)
        assert kind, f"{name}: {value!r}"
        self.met.add((name, kind))
        if kind is dict:
            self.object(value, f"{name}.")
        for item in value if kind is list else ():
            if any(other.startswith(f"{name}[]") for other in self.known):
                self.object(item, f"{name}[].")
            else:
                assert isinstance(item, str), f"{name}: {item!r}"


def spoil_key(tree):
    (tree / "RPM-GPG-KEY-OSNEXUS").write_text("no key\n")
    (tree / "Packages/zz.rpm").write_text("no RPM")
    (tree / "update.xml.asc").unlink()
    (tree / "XS-PACKAGES").unlink()


def spoil_identity(tree):
    for name in ("RPM-GPG-KEY-OSNEXUS", "XS-REPOSITORY", "XS-PACKAGES", "install", "install.sh"):
        (tree / name).unlink()
    path = tree / "update.xml"
    text = re.sub('(control|key)="[^"]*"', r'\1=""', path.read_text())
    path.write_text(text.replace("<update ", '<update after-apply-guidance="restartHost" ', 1))


def nameless(iso, copy):
    """The image without a volume name: 32 blanks in the primary volume descriptor."""
    data = bytearray(iso.read_bytes())
    data[16 * 2048 + 40:16 * 2048 + 72] = b" " * 32
    copy.write_bytes(data)
    return copy


@pytest.fixture
def documents(desk, signed_iso, unsigned_iso, remaster, demo_key):
    """documents(command) -> the objects of runs that together show every field with every type."""
    def inspect():
        yield from (signed_iso, unsigned_iso, remaster(spoil_key), remaster(spoil_identity),
                    nameless(signed_iso, desk.base / "nameless.iso"))

    def lint():
        yield desk.ini
        (desk.spec / "multipath.conf").write_text("device {\n vendor A\n product B\n prio_callout /mpath_prio_emc\n}\n")
        desk.ini.write_text(desk.ini.read_text() + "stanza-7.1..7.2 = multipath.conf\n")
        yield desk.ini
        desk.ini.write_text(desk.ini.read_text() + "homogeneous = perhaps\n")
        (desk.spec / "multipath.conf").write_text("")
        yield desk.ini

    def verify():
        yield from (signed_iso, ("--keyring", demo_key.public, signed_iso), unsigned_iso, remaster(spoil_key),
                    desk.ini)

    def run(command):
        for operands in {"inspect": inspect, "lint": lint, "verify": verify}[command]():
            words = operands if isinstance(operands, tuple) else (operands,)
            yield json.loads(desk.run(command, "--json", *words).stdout)
    return run


def test_every_command_with_json_is_documented(suppack, documented):
    commands = re.findall(r"(?m)^  ([a-z]+) ", must([suppack, "--help"]).stdout.partition("\n\n`")[0])
    assert sorted(documented) == sorted(c for c in commands if "--json" in must([suppack, c, "--help"]).stdout)


def test_every_field_of_every_command(documented, documents):
    judges = {command: Judge(known) for command, known in documented.items()}
    for command, judge in judges.items():
        for document in documents(command):
            assert document["schema"] == 1
            judge.object(document)
    # not every command's findings have all there is
    def shared(met):
        return re.sub(r"^.*findings\[\]", "findings[]", met[0]), met[1]
    findings = {shared(met) for judge in judges.values() for met in judge.met if "findings[]" in met[0]}
    for judge in judges.values():
        every = {(name, kind) for name, kinds in judge.known.items() for kind in kinds}
        assert {met for met in every - judge.met if shared(met) not in findings} == set()
