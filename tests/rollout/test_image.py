# SPDX-License-Identifier: GPL-2.0-or-later
"""What runs on hosts and needs no host: the reader of images, and how multipathd's words are read."""
import hashlib
import importlib.util
import random
import struct

import pytest

from support import SOURCE, must


def load(name):
    spec = importlib.util.spec_from_file_location(name, SOURCE / f"rollout/plugins/module_utils/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


image, host, signature = load("image"), load("host"), load("signature")


def test_reads_what_bsdtar_reads(signed_iso, tmp_path):
    must(["bsdtar", "-xf", signed_iso, "-C", tmp_path])
    wanted = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    found = image.Image(str(signed_iso))
    assert {name: found.read(name) for name in found.files} == wanted
    assert {name: found.sha256(name) for name in found.files} == {
        name: hashlib.sha256(data).hexdigest() for name, data in wanted.items()}


def test_long_names(tmp_path):
    """Names that need a continuation area of Rock Ridge, made by another program."""
    names = ["n" * length for length in (8, 64, 180, 240)]
    (tmp_path / "tree/Packages").mkdir(parents=True)
    for name in names:
        (tmp_path / "tree/Packages" / name).write_text(name)
    must(["xorriso", "-as", "mkisofs", "-quiet", "-r", "-o", tmp_path / "x.iso", tmp_path / "tree"])
    found = image.Image(str(tmp_path / "x.iso"))
    assert {name: found.read(name).decode() for name in found.files} == {f"Packages/{name}": name for name in names}


def test_what_is_no_image_is_said(signed_iso, tmp_path):
    """Cut anywhere, or with bytes changed in its folders: an ImageError or an answer, and soon."""
    data = signed_iso.read_bytes()
    chance = random.Random(3)
    for number in range(300):
        changed = bytearray(data[:chance.randrange(len(data))] if number % 2 else data)
        for _ in range(0 if number % 2 else 20):
            changed[chance.randrange(16 * 2048, 40 * 2048)] = chance.randrange(256)
        file = tmp_path / "x.iso"
        file.write_bytes(changed)
        try:
            image.Image(str(file)).read("update.xml")
        except image.ImageError:
            pass


def folder(extent, name=b"\0", rock=b""):
    """A directory record of one sector, ECMA-119 9.1."""
    system = rock + b"\0" * (len(rock) % 2)
    body = struct.pack("<BLLLL7sBBBHH", 0, extent, 0, 2048, 0, b"\0" * 7, 2, 0, 0, 1, 0) + bytes([len(name)]) + name
    body += b"\0" * (1 - len(name) % 2) + system
    return bytes([len(body) + 1]) + body


def test_folders_that_lie_in_each_other_many_times(tmp_path):
    """Three floors of twelve doors, all to the same next floor: 1,884 folders in 48 KB, and with seven floors 36 million."""
    floors = [b"".join(folder(21 + floor, bytes([65 + n]), b"NM\x06\x01\0" + bytes([97 + n])) for n in range(12))
              for floor in range(3)]
    sectors = [b"\0" * 2048] * 24
    sectors[16] = (b"\x01CD001\x01" + b"\0" * 149 + folder(20)).ljust(2048, b"\0")
    sectors[20:23] = [floor.ljust(2048, b"\0") for floor in floors]
    (tmp_path / "x.iso").write_bytes(b"".join(sectors))
    with pytest.raises(image.ImageError, match="lies in it twice"):
        image.Image(str(tmp_path / "x.iso"))


@pytest.mark.parametrize("text, wrong", [
    ("360a dm-0 OSNEXUS,QUANTASTOR\n\\_ round-robin 0 [prio=1][active]\n \\_ 2:0:0:0 sda 8:0   [active][ready]\n", 0),
    ("\\_ round-robin 0 [prio=1][enabled]\n \\_ 2:0:0:0 sda 8:0   [failed][faulty]\n", 1),
    ("360a dm-0 OSNEXUS ,QUANTASTOR\n`-+- policy='service-time 0' prio=1 status=active\n  `- 2:0:0:0 sda 8:0 active ready running\n", 0),
    ("  |- 2:0:0:0 sda 8:0 active ready running\n  `- 3:0:0:0 sdb 8:16 failed faulty running\n", 1),
    ("  `- 3:0:0:0 sdb 8:16 active undef offline\n", 1), ("", 0)], ids=range(6))
def test_paths_that_are_not_well(text, wrong):
    assert len(host.failed_paths(text)) == wrong


@pytest.mark.parametrize("state, daemon, good", [
    ("applied", "agrees", True), ("applied", "none", True), ("applied", "differs", False), ("applied", "silent", False),
    ("pending", "differs", False), ("unrecorded", "agrees", False), ("absent", None, False)])
def test_what_counts_as_good(state, daemon, good):
    assert host.good({"state": state, "daemon": daemon}) is good


def test_key_as_gpg_reads_it(demo_key):
    key = demo_key.public.read_bytes()
    dearmored = must(["/bin/sh", "-c", "gpg --dearmor <$0 | sha256sum", demo_key.public]).stdout.split()[0]
    assert hashlib.sha256(signature.dearmor(key)).hexdigest() == dearmored
    for bad in (b"", key + key):
        with pytest.raises(signature.SignatureError):
            signature.dearmor(bad)
