# SPDX-License-Identifier: GPL-2.0-or-later
"""What two readers would read as two things is refused, each way with its rule; and what they read as one is not."""
import json

import pytest

import confusion
from iso import ER, SECTOR, Continued, entry, nm, px, rr, tf
from support import environment, must, run


@pytest.fixture
def verify(suppack, demo_key, tmp_path):
    """verify(image) -> (exit status, findings of its JSON)"""
    def go(image):
        iso = tmp_path / "hostile.iso"
        iso.write_bytes(image.bytes())
        done = run([suppack, "verify", "--json", "--keyring", demo_key.public, iso], env=environment(TMPDIR=tmp_path))
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)["images"][0]["findings"]
    return go


@pytest.mark.parametrize("way", confusion.WAYS)
def test_is_refused(image, verify, way):
    rule, change = confusion.WAYS[way]
    change(image)
    status, findings = verify(image)
    assert status == 1
    assert rule in {finding["rule"] for finding in findings if finding["severity"] == "error"}, findings


def test_a_name_is_told_once(image, verify):
    image.add("a\\b", b"x")
    assert [finding["rule"] for finding in verify(image)[1] if finding["severity"] == "error"] == ["image-name"]


def test_there_are_enough():
    assert len(confusion.WAYS) >= 25


def split_name(image):
    image.rock("update.xml").use[2:] = [nm("up", 1), nm("date", 1), Continued(nm(".xml"))]


def name_in_an_area(image):
    image.rock("update.xml").use = [Continued(px(0o100644), nm("update.xml"), tf())]


def area_in_an_area(image):
    image.rock("update.xml").use = [px(0o100644), Continued(tf(), Continued(nm("update.xml")))]


def entries_of_rrip_1_09(image):
    """As genisoimage writes them."""
    for folder in image.folders.values():
        for record in folder.rock:
            record.use.insert(0, rr(0x89))
        for record in folder.own["rock"][1:]:
            record.use.insert(0, rr(0x81))
    image.root().use.insert(1, rr(0x81))


def entries_of_rrip_1_12(image):
    """As xorriso writes them when asked to."""
    for folder in image.folders.values():
        for record, flag in zip(folder.own["rock"], (2, 4)):
            record.use.insert(1, nm("", flag))


def serial_numbers(image):
    image.rock("update.xml").use[0] = px(0o100644, serial=7)


def padding(image):
    image.rock("update.xml").use += [entry("PD", b"xyz"), entry("AA", b"\0\1x")]


def short_announcement(image):
    image.root().use[-1] = Continued(entry("ER", bytes([9, 0, 0, 1]) + b"IEEE_1282"))
    assert ER not in image.root().use


def one_file_two_names(image):
    image.add("README.html", image.files["README.txt"])
    del image.files["README.html"]


def empty_files(image):
    image.add("empty", b"")
    image.add("empty.2", b"")


def long_names(image):
    image.add("n" * 100, b"x").use = [px(0o100644), tf(), nm("n" * 60, 1), Continued(nm("n" * 40))]


def deep_folders(image):
    for depth in range(1, 8):
        image.add("/".join("abcdefg"[:depth]))
    image.add("a/b/c/d/e/f/g/file", b"x")


def large_folder(image):
    image.add("many")
    for number in range(100):
        image.add(f"many/{number:03}-{'x' * 30}", b"x" * number)


def note_of_mkisofs(image):
    image.behind[0] = b"MKI Thu Nov 16 11:00:00 2023\n".ljust(SECTOR, b"\0")


def gaps(image):
    image.gap, image.more = 3, 150


def texts(image):
    image.descriptors[0].set.update(publisher=b"somebody", application=b"GENISOIMAGE", used=b"anything")


def joliet_without_versions(image):
    for folder in image.folders.values():
        for record in folder.joliet:
            record.id = record.id.removesuffix(";1".encode("utf-16be"))


def joliet_level_1(image):
    image.descriptors[1].set["escape"] = b"%/@"


SAME = [split_name, name_in_an_area, area_in_an_area, entries_of_rrip_1_09, entries_of_rrip_1_12, serial_numbers, padding,
        short_announcement,
        one_file_two_names, empty_files, long_names, deep_folders, large_folder, note_of_mkisofs, gaps, texts,
        joliet_without_versions, joliet_level_1]


READERS = {"bsdtar": ["bsdtar", "-xf", "{iso}", "-C", "{out}"], "7z": ["7z", "x", "-bd", "-o{out}", "{iso}"],
           "xorriso": ["xorriso", "-osirrox", "on", "-indev", "{iso}", "-extract", "/", "{out}"]}


@pytest.mark.parametrize("change", [lambda image: None, *SAME], ids=lambda change: change.__name__)
def test_is_one_to_all(image, verify, tmp_path, change):
    """Unusual, and no reader sees another thing in it: nothing to find. The kernel is asked in tests/vm/test_vm_isofs.py."""
    change(image)
    status, findings = verify(image)
    assert (status, {finding["rule"] for finding in findings}) == (0, {"image-maker", "unsigned-files"}), findings
    seen = {}
    for reader, words in READERS.items():
        out = tmp_path / reader
        out.mkdir()
        must([word.format(iso=tmp_path / "hostile.iso", out=out) for word in words], env=environment(HOME=tmp_path))
        seen[reader] = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert seen["bsdtar"].keys() >= image.files.keys()
    assert {path: seen["bsdtar"][path] for path in image.files} == {path: file.content for path, file in image.files.items()}
    assert seen["7z"] == seen["bsdtar"] == seen["xorriso"]
