# SPDX-License-Identifier: GPL-2.0-or-later
"""Images made to hurt whoever reads them: refused or found wrong, with one sentence, in little memory and time."""
import gzip
import os
import struct

import pytest

from support import must

SECTOR = 2048
SECONDS = 5  # of a processor: how long it takes by the clock is up to what else the machine does


def both(number, width=4):
    return number.to_bytes(width, "little") + number.to_bytes(width, "big")


def record(name, extent, size, folder=False):
    """A directory record (ECMA-119 9.1)."""
    pad = b"" if len(name) % 2 else b"\0"
    body = both(extent) + both(size) + bytes([100, 1, 1, 0, 0, 0, 0, 2 if folder else 0, 0, 0]) + both(1, 2)
    return bytes([33 + len(name) + len(pad), 0]) + body + bytes([len(name)]) + name + pad


def directory(own, parent, records):
    """Sectors of a folder: itself, its parent, its records, none of them over the end of a sector."""
    sectors = [record(b"\0", *own, True) + record(b"\1", *parent, True)]
    for one in records:
        if len(sectors[-1]) + len(one) > SECTOR:
            sectors.append(b"")
        sectors[-1] += one
    return b"".join(sector.ljust(SECTOR, b"\0") for sector in sectors)


def volume(path, root_size, content, total):
    """An image whose root folder is at sector 20; content: {sector: bytes}; total: sectors."""
    descriptor = bytearray(SECTOR)
    descriptor[0:7] = b"\1CD001\1"
    descriptor[40:72] = b"BOMB".ljust(32)
    descriptor[80:88], descriptor[120:124], descriptor[124:128] = both(total), both(1, 2), both(1, 2)
    descriptor[128:132] = both(SECTOR, 2)
    descriptor[156:190] = record(b"\0", 20, root_size, True)
    descriptor[813:881] = (b"2020010100000000" + b"\0") * 4
    descriptor[881] = 1
    with open(path, "wb") as out:
        for sector, data in {16: bytes(descriptor), 17: b"\xffCD001\1", **content}.items():
            out.seek(sector * SECTOR)
            out.write(data)
        out.truncate(total * SECTOR)
    return path


def flat(path, records, total=2000):
    records = list(records)
    root = directory((20, 0), (20, 0), records)
    root = directory((20, len(root)), (20, len(root)), records)
    return volume(path, len(root), {20: root}, max(total, 21 + len(root) // SECTOR))


def million_entries(path):
    return flat(path, (record(b"%06d" % i, 30, 1) for i in range(1000000)))


def too_many_entries(path):
    return flat(path, (record(b"%06d" % i, 19, 1) for i in range(40000)))


def folder_in_itself(path):
    return flat(path, [record(b"A", 20, SECTOR, True)])


def ladder(path):
    """Two names for the next folder in every folder: 2^16 paths."""
    def step(level):
        names = [record(name, 21 + level, SECTOR, True) for name in (b"A", b"B")]
        return directory((20 + level, SECTOR), (max(19 + level, 20), SECTOR), names)
    return volume(path, SECTOR, {20 + level: step(level) for level in range(16)}, 100)


def overlapping_files(path):
    """A thousand files of 1 MiB each in 4 MiB."""
    return flat(path, (record(b"%04d" % i, 100 + i, 1 << 20) for i in range(1000)))


def deep(path):
    content = {20 + level: directory((20 + level, SECTOR), (max(19 + level, 20), SECTOR),
                                     [record(b"A", 21 + level, SECTOR, True)]) for level in range(100)}
    return volume(path, SECTOR, content, 200)


def sparse(path):
    return volume(path, SECTOR, {20: directory((20, SECTOR), (20, SECTOR), [])}, 8 * 1024 * 1024 * 1024 // SECTOR)


def use(kind, body):
    """An entry of a system use area (SUSP)."""
    return kind + bytes([4 + len(body), 1]) + body


def rock(records):
    """The root folder of a volume with Rock Ridge, at sector 20; records: (name, its system use area)"""
    announce = use(b"SP", b"\xbe\xef\0") + use(b"ER", bytes([9, 0, 0, 1]) + b"IEEE_1282")
    posix = use(b"PX", both(0o40755) + both(1) + both(0) + both(0)) + use(b"TF", b"\x0e" + bytes([100, 1, 1, 0, 0, 0, 0]) * 3)

    def longer(one, more):
        return bytes([one[0] + len(more)]) + one[1:] + more
    root = b""
    for size in (SECTOR, 0):
        own = longer(record(b"\0", 20, size or len(root), True), announce + posix)
        sectors = [own + longer(record(b"\1", 20, size or len(root), True), posix)]
        for name, area in records:
            one = longer(record(name, 30, 1), area)
            if len(sectors[-1]) + len(one) > SECTOR:
                sectors.append(b"")
            sectors[-1] += one
        root = b"".join(sector.ljust(SECTOR, b"\0") for sector in sectors)
    return root


AREAS = 16


def area(number, first):
    """A sector of names, and where there is more of them."""
    names = (use(b"NM", b"\1" + b"n" * 250)) * 7
    last = number == AREAS - 1
    return (names + (b"" if last else use(b"CE", both(first + number + 1) + both(0) + both(len(names) + 28)))).ljust(SECTOR, b"\0")


def shared_areas(path, count=12000):
    """Every record leads to the same sixteen sectors of names: each of 28 KB."""
    first, size = 1000, 7 * 255 + 28
    entry = use(b"CE", both(first) + both(0) + both(size))
    root = rock([(b"%06d" % i, entry) for i in range(count)])
    return volume(path, len(root), {20: root, **{first + i: area(i, first) for i in range(AREAS)}}, 1024)


def long_names(path):
    """As many names as a folder may have, each nearly as long as it may be."""
    root = rock([(b"%08d" % i, use(b"NM", b"\0%0200d" % i)) for i in range(8000)])
    return volume(path, len(root), {20: root}, 31 + len(root) // SECTOR)


@pytest.fixture
def watched(desk, bounded):
    """bounded(), of what leaves nothing behind."""
    def go(*words):
        result = bounded(SECONDS, *words)
        assert desk.left() == (None, [])
        return result
    return go


@pytest.mark.parametrize("bomb, part", [
    (sparse, "there is no update.xml in it"),
    (shared_areas, "its records go on for more bytes than it has itself"),
    (long_names, "it has more or longer paths than an image of its size can need"),
    (million_entries, "a folder in it has more than 2 MiB of names"),
    (too_many_entries, "more or longer paths than an image of its size can need"),
    (folder_in_itself, "a folder is in it twice, or in itself"),
    (ladder, "a folder is in it twice, or in itself"),
    (overlapping_files, "its files have more bytes than it has itself"),
    (deep, "more than 16 levels"),
])
@pytest.mark.parametrize("command", ["verify", "inspect", "diff"])
def test_image_bombs_are_refused(watched, tmp_path, bomb, part, command):
    iso = bomb(tmp_path / "bomb.iso")
    status, said, complained = watched(command, *[iso] * (2 if command == "diff" else 1))
    assert (status, said) == (3, "")
    lines = complained.splitlines()
    assert part in lines[0] and len(lines) == (2 if command == "verify" else 1), complained


@pytest.fixture
def image_of(desk, remaster, watched):
    """image_of(change) -> what verify says of the signed image with its tree changed so."""
    def go(change):
        return watched("verify", remaster(change))
    return go


def test_a_link_out_of_the_image_is_refused(image_of):
    def change(tree):
        (tree / "README.txt").unlink()
        (tree / "README.txt").symlink_to("../../etc/passwd")
    status, _, complained = image_of(change)
    assert status == 3 and "'README.txt' is neither a file nor a folder" in complained


def laughs(count):
    """Entities that grow tenfold, `count` times over."""
    lines = ['<!ENTITY e0 "ha">'] + [f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, count)]
    return f'<!DOCTYPE update [{"".join(lines)}]><update>&e{count - 1};</update>'


@pytest.mark.parametrize("text", [laughs(9), "<update>" + "<a/>" * 3000000 + "</update>", "<a>" * 100000],
                         ids=["entities", "elements", "depth"])
@pytest.mark.parametrize("file", ["update.xml", "XS-REPOSITORY", "repodata/repomd.xml"])
def test_xml_bombs_are_found(image_of, file, text):
    status, said, complained = image_of(lambda tree: (tree / file).write_text(text))
    assert status == 1 and "NOT VALID" in said, complained


@pytest.mark.parametrize("content", [bytes(1 << 30), b'<metadata packages="1">' + b"<package/>" * 1500000 + b"</metadata>",
                                     b"<metadata><package>" + b"<a/>" * 3000000 + b"</package></metadata>"],
                         ids=["zeros", "packages", "elements"])
def test_metadata_bombs_are_found(image_of, content):
    packed = gzip.compress(content, 1)
    status, said, complained = image_of(lambda tree: next(tree.glob("repodata/*-primary.xml.gz")).write_bytes(packed))
    assert status == 1 and "primary.xml.gz: error: cannot" in said, said + complained


def test_an_rpm_of_headers_is_found(image_of):
    """40 MiB of header, which librpm alone would take."""
    header = b"\x8e\xad\xe8\1\0\0\0\0" + struct.pack(">II", 1, 40 << 20) + bytes(16) + bytes(40 << 20)
    data = b"\xed\xab\xee\xdb".ljust(96, b"\0") + b"\x8e\xad\xe8\1\0\0\0\0" + bytes(8) + header
    status, said, _ = image_of(lambda tree: (tree / "Packages/zz.rpm").write_bytes(data))
    assert status == 1 and "more than 8 MiB [rpm-unreadable]" in said


def test_a_payload_of_zeros_is_read_in_little_memory(image_of, tmp_path):
    """200 MiB in one file, some hundred KiB packed; nothing is wrong with it but that nothing lists it."""
    (tmp_path / "x.spec").write_text(
        "Name: zeros\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\nd\n%install\n"
        "mkdir -p %{buildroot}/opt; truncate -s 200M %{buildroot}/opt/zeros\n%files\n/opt/zeros\n")
    must(["rpmbuild", "-bb", "--define", f"_topdir {tmp_path}/rpm", "--define", "_binary_payload w6.gzdio", "--define",
          "__os_install_post %{nil}", tmp_path / "x.spec"])
    built = next(tmp_path.glob("rpm/RPMS/*/*.rpm"))
    status, said, _ = image_of(lambda tree: (tree / "Packages/zeros.rpm").write_bytes(built.read_bytes()))
    assert status == 1 and "zeros.rpm: error: repodata does not list it" in said and "rpm-digest" not in said


@pytest.mark.parametrize("name", ["update.xml.asc", "RPM-GPG-KEY-OSNEXUS", "XS-PACKAGES"])
def test_a_huge_text_is_found(image_of, name):
    status, said, _ = image_of(lambda tree: (tree / name).write_text("A\n" * 10000000))
    assert status == 1 and f"{name}: error: " in said


@pytest.mark.parametrize("name", ["update.xml", "update.xml.asc", "repodata/repomd.xml", "RPM-GPG-KEY-OSNEXUS",
                                  "XS-REPOSITORY", "XS-PACKAGES", "install"])
def test_an_empty_file_is_found(image_of, name):
    status, said, _ = image_of(lambda tree: (tree / name).write_bytes(b""))
    assert status == 1 and f"{name}: error: " in said


def test_what_is_no_file_is_refused(watched, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", "/dev/zero", tmp_path / "gone"):
        status, said, complained = watched("verify", path)
        assert status == 3 and said == "" and complained.startswith("suppack: ")
