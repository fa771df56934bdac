# SPDX-License-Identifier: GPL-2.0-or-later
"""What `verify` accepts, the kernel reads as verify did: with Rock Ridge, with Joliet and with neither.

Of a thousand and more images (tests/hostile/mutants.py) those that break no rule of the volume are mounted by Debian's
kernel, plain, with nojoliet, norock and both, and every file is opened by its name there. Compared are our reader's trees,
what libarchive in our program and bsdtar make of the image, and the kernel's. SUPPACK_EVERY takes a sample.
"""
import hashlib
import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from iso import SECTOR
from machine import Machine
from mutants import mutants
from support import EVERY, environment, must, run, sample
from system import ROOT_MIB

HERE = Path(__file__).resolve().parent
ENOUGH = 500
TREE = {"update.xml": 325, "update.xml.asc": 659, "install": 900, "README.txt": 2714, "Packages/a-1.0.0-1.x86_64.rpm": 3000,
        "repodata/repomd.xml": 1500, "repodata/" + 32 * "9a" + "-primary.xml.gz": 700}
MAKERS = {"genisoimage": ["genisoimage", "-quiet", "-f", "-A", "vendor", "-V", "MUTANT", "-J", "-joliet-long", "-r", "-no-pad"],
          "xorriso": ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-joliet-long", "-V", "MUTANT", "-no-pad"],
          "xorriso-relaxed": ["xorriso", "-as", "mkisofs", "-quiet", "-r", "-J", "-joliet-long", "-V", "MUTANT",
                              "-relaxed-filenames", "-allow-lowercase", "-no-pad"]}


@pytest.fixture(scope="module")
def bases(tmp_path_factory, signed_iso):
    """{who made it: bytes}; of suppack's own the front alone is changed."""
    place = tmp_path_factory.mktemp("bases")
    for path, size in TREE.items():
        (place / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "tree" / path).write_bytes(path[:1].encode() * size)
    made = {}
    for name, words in MAKERS.items():
        must([*words, "-o", place / f"{name}.iso", place / "tree"])
        made[name] = (place / f"{name}.iso").read_bytes()
    return made


@pytest.fixture(scope="module")
def accepted(program, bases, signed_iso, tmp_path_factory):
    """{what it is: (path, {reader: {path: SHA-256}})} of the mutants, and of the images they are made of."""
    place = tmp_path_factory.mktemp("mutants")
    names = {}
    whole = [(name, lambda data=data: data) for name, data in {**bases, "suppack": signed_iso.read_bytes()}.items()]
    for number, (name, make) in enumerate(whole + sample(mutants(bases))):
        path = place / f"{number}.iso"
        path.write_bytes(make())
        names[str(path)] = name
    said = must([program("bin/image_views"), *names]).stdout
    found = {}
    for part in said.split("image /")[1:]:
        path, *lines = ("/" + part).splitlines()
        trees = {"rock": {}, "joliet": {}, "libarchive": {}}
        if any(line.startswith("breach ") for line in lines):
            Path(path).unlink()
            continue
        for line in lines:
            reader, sha256, file = line.split(" ", 2)
            trees[reader][file] = sha256
        found[names[path]] = (Path(path), trees)
    return found


@pytest.fixture(scope="module")
def mounted(system, accepted, tmp_path_factory):
    """{what it is: {options: {path: SHA-256}}} as the kernel of a virtual machine has it."""
    disk = tmp_path_factory.mktemp("disk") / "images"
    views, left = {}, list(accepted)
    while left:
        places, at, some = [], 1 << 16, []
        with open(disk, "wb") as out:
            while left and at + accepted[left[0]][0].stat().st_size <= ROOT_MIB << 20:
                some.append(left.pop(0))
                data = accepted[some[-1]][0].read_bytes()
                out.seek(at)
                out.write(data)
                places.append((at, len(data)))
                at += -(-len(data) // SECTOR) * SECTOR
            out.seek(0)
            out.write(json.dumps(places).encode() + b"\n")
            out.truncate(ROOT_MIB << 20)
        assert some
        views.update(zip(some, look(system, disk)))
    return views


def look(system, disk):
    """What the kernel sees in the images of a disk."""
    machine = Machine(system, disk, system.waiting)
    try:
        machine.shell("for module in loop isofs nls_utf8; do /usr/sbin/modprobe $module; done; cat >/tmp/views.py",
                      typed=(HERE / "isofs_views.py").read_text())
        machine.shell("/usr/bin/python3 /tmp/views.py /dev/vdb >/tmp/views", timeout=3600)
        return [json.loads(line) for line in machine.shell("cat /tmp/views").splitlines()]
    finally:
        machine.close()


def bsdtar(path):
    """{path: SHA-256} as another program of libarchive unpacks it."""
    with tempfile.TemporaryDirectory() as out:
        must(["bsdtar", "-xf", path, "-C", out], env=environment())
        files = [file for file in Path(out).rglob("*") if file.is_file()]
        return {file.relative_to(out).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_there_are_enough(accepted):
    assert len(accepted) >= ENOUGH // EVERY
    assert {"genisoimage", "xorriso", "xorriso-relaxed", "suppack"} <= set(accepted)


def test_every_reader_sees_the_same(accepted, mounted, record_property):
    assert mounted.keys() == accepted.keys()
    differ = []
    for name, (path, trees) in accepted.items():
        views = {f"kernel {options}": view for options, view in mounted[name].items()}
        nameless = views.pop("kernel norock,nojoliet")
        seen = {**trees, "bsdtar": bsdtar(path), **views}
        differ += [(name, reader) for reader, tree in seen.items() if tree != trees["rock"]]
        differ += [(name, "kernel norock,nojoliet")] if anonymous(nameless) != anonymous(trees["rock"]) else []
    record_property("images the kernel mounted in four ways", len(mounted))
    record_property("files compared", sum(len(trees["rock"]) for _, trees in accepted.values()))
    assert differ == []


def anonymous(tree):
    """Without Rock Ridge and Joliet names are ISO 9660's, in capitals and shortened: another name by nature. The file itself
    is there all the same, at the same depth and with the same bytes, as often."""
    assert isinstance(tree, dict), tree
    return Counter((path.count("/"), sha256) for path, sha256 in tree.items())


def test_it_would_be_noticed(system, program, tmp_path):
    """The kernel reads another file where verify would not look: an image that is refused, with two meanings."""
    import confusion
    from iso import Image
    image = Image({"update.xml": b"<update/>\n"}, "MUTANT")
    confusion.WAYS["rr_that_denies_the_name"][1](image)
    data = image.bytes()
    with open(tmp_path / "disk", "wb") as disk:
        disk.write(json.dumps([[SECTOR, len(data)]]).encode() + b"\n")
        disk.seek(SECTOR)
        disk.write(data)
        disk.truncate(ROOT_MIB << 20)
    (tmp_path / "image").write_bytes(data)
    view, = look(system, tmp_path / "disk")
    assert view[""] != bsdtar(tmp_path / "image")
    assert "breach image-susp" in run([program("bin/image_views"), tmp_path / "image"]).stdout
