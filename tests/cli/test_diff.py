# SPDX-License-Identifier: GPL-2.0-or-later
"""`diff`: which file, which header field, which field of the metadata."""
import gzip
import re
import shutil
import subprocess
import time

import pytest


LABEL = "osnexus-quantastor-multipath"


@pytest.fixture(scope="session")
def signed_again(build_pack, quantastor_source, signed_iso, tmp_path_factory):
    """The build of signed_iso once more, at least a second later: other signatures."""
    time.sleep(max(0, signed_iso.stat().st_mtime + 1.1 - time.time()))
    copy = tmp_path_factory.mktemp("again") / "quantastor"
    shutil.copytree(quantastor_source, copy)
    return build_pack(copy / "pack.ini").iso


@pytest.fixture(scope="session")
def other_version(build_pack, quantastor_source, tmp_path_factory):
    copy = tmp_path_factory.mktemp("other") / "quantastor"
    shutil.copytree(quantastor_source, copy)
    ini = copy / "pack.ini"
    ini.write_text(ini.read_text().replace("= 1.0.0", "= 1.0.1").replace("guidance    =", "guidance    = restartXAPI"))
    return build_pack(ini, "--unsigned").iso


def diff(desk, status, *words):
    done = desk.run("diff", *words)
    assert done.returncode == status, done.stdout + done.stderr
    assert desk.left() == (None, []) and (status != 0 or done.stdout + done.stderr == "")
    return done.stdout.splitlines()


def test_the_same_is_0(desk, signed_iso, tmp_path):
    assert diff(desk, 0, signed_iso, signed_iso) == []
    copy = shutil.copy(signed_iso, tmp_path / "copy.iso")
    assert diff(desk, 0, signed_iso, copy) == []


def test_two_signed_images_of_one_build(desk, signed_iso, signed_again):
    assert signed_iso.read_bytes() != signed_again.read_bytes()
    lines = diff(desk, 1, signed_iso, signed_again)
    assert {re.sub(r": '.*", "", line) for line in lines} == {
        f"package {name}: RSA signature of {what}" for what in ("the header", "header and payload")
        for name in (f"{LABEL}.x86_64", f"control-{LABEL}.x86_64", f"update-{LABEL}.noarch")} | {
        "update.xml.asc: content", "repodata/repomd.xml.asc: content", "SHA256SUMS.asc: content"}
    assert diff(desk, 0, "--ignore-signatures", signed_iso, signed_again) == []


def test_signed_and_unsigned(desk, unsigned_iso, signed_iso):
    """What says that an image is signed is no signature."""
    lines = diff(desk, 1, "--ignore-signatures", unsigned_iso, signed_iso)
    assert sorted(line.split(": '")[0] for line in lines) == [
        "README.txt: content", "update.xml: update@key: nothing -> 'RPM-GPG-KEY-OSNEXUS'"]
    assert f"RPM-GPG-KEY-OSNEXUS: only in '{signed_iso}'" in diff(desk, 1, unsigned_iso, signed_iso)
    assert f"update.xml.asc: only in '{signed_iso}'" in diff(desk, 1, unsigned_iso, signed_iso)


def test_names_the_fields(desk, unsigned_iso, other_version):
    lines = diff(desk, 1, unsigned_iso, other_version)
    for line in ("update.xml: update@version: '1.0.0' -> '1.0.1'",
                 "update.xml: update@after-apply-guidance: nothing -> 'restartXAPI'",
                 f"package {LABEL}.x86_64: header Version: '1.0.0' -> '1.0.1'",
                 "XS-REPOSITORY: repository@version: '1.0.0' -> '1.0.1'",
                 f"package {LABEL}.noarch: header Version: '1.0.0' -> '1.0.1'",
                 f"package update-{LABEL}.noarch: header Requireversion: '1.0.0-1, 3.0.4-1, 4.6.0-1, 4.0-1' -> "
                 "'1.0.1-1, 3.0.4-1, 4.6.0-1, 4.0-1'",
                 f"repodata/primary.xml.gz: metadata/package[{LABEL}.x86_64]/version@ver: '1.0.0' -> '1.0.1'"):
        assert line in lines
    assert any(line.startswith(f"package {LABEL}.x86_64: file /opt/{LABEL}/share/{LABEL}/pack.conf: ")
               for line in lines)
    # what only follows from it is not told again
    assert not any("checksum" in line or "pkgid" in line or "repomd.xml" in line for line in lines)


@pytest.mark.parametrize("flags", [[], ["--ignore-signatures"]], ids=["all", "ignore-signatures"])
@pytest.mark.parametrize("file, change, wanted", [
    ("README.txt", lambda data: data + b"x", "README.txt: content: "),
    ("update.xml", lambda data: data.replace(b"true", b"yes"), "update.xml: update@enforce-homogeneity: 'true' -> 'yes'"),
    ("update.xml", lambda data: data + b"\n", "update.xml: bytes: "),
    ("repodata/*-filelists.xml.gz", lambda data: gzip.compress(gzip.decompress(data), 1), "repodata/filelists.xml.gz: bytes: "),
    ("repodata/*-primary.xml.gz", lambda data: gzip.compress(gzip.decompress(data).replace(b"/bin/sh", b"/bin/zh")),
     "/format/requires/entry[/bin/zh]@name: nothing -> '/bin/zh'"),
    ("Packages/update-*", lambda data: data[:-1] + bytes([data[-1] ^ 1]), "bytes of the payload: "),
    ("Packages/update-*", lambda data: data[:10] + b"Q" + data[11:], "bytes of the lead: "),
])
def test_one_change(desk, signed_iso, remaster, flags, file, change, wanted):
    """Both sides from the same writer, so that nothing but the change differs."""
    def touch(tree):
        path = next(tree.glob(file))
        stamp = path.stat()
        path.write_bytes(change(path.read_bytes()))
        import os
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    plain = remaster(lambda tree: None)
    lines = diff(desk, 1, *flags, plain, remaster(touch))
    assert any(wanted in line for line in lines), lines
    subject = lines[0].split(": ")[0]
    assert {line.split(": ")[0] for line in lines} <= {subject, "repodata/repomd.xml"}


def test_repodata_that_lies_is_not_ignored(desk, signed_iso, remaster):
    """A digest that does not follow from the image's own bytes differs, signatures or not."""
    def lie(tree):
        path = next(tree.glob("repodata/*-filelists.xml.gz"))
        text = gzip.decompress(path.read_bytes())
        path.write_bytes(gzip.compress(re.sub(rb'pkgid="..', b'pkgid="zz', text)))
    lines = diff(desk, 1, "--ignore-signatures", signed_iso, remaster(lie))
    assert any(f"filelists/package[{LABEL}.x86_64]@pkgid: " in line for line in lines)


def test_modes_and_times_count(desk, signed_iso, remaster):
    def touch(tree):
        (tree / "README.txt").chmod(0o600)
    lines = diff(desk, 1, signed_iso, remaster(touch))
    assert "README.txt: mode: 'file 0644' -> 'file 0600'" in lines


def test_layout_alone_is_a_difference_too(desk, signed_iso, tmp_path):
    padded = tmp_path / "padded.iso"
    padded.write_bytes(signed_iso.read_bytes() + bytes(2048))
    [line] = diff(desk, 1, signed_iso, padded)
    assert line == f"image: layout: differs from byte {signed_iso.stat().st_size}, in what no installer reads"
    assert diff(desk, 0, "--ignore-signatures", signed_iso, padded) == []


@pytest.mark.parametrize("size, other, at", [(5, {4 << 20: 1}, 4 << 20), (5, {(2 << 20) + 7: 1, 3 << 20: 1}, (2 << 20) + 7),
                                             (4, {}, 4 << 20)], ids=["at a piece", "in a piece", "shorter"])
def test_layout_is_compared_beyond_the_first_piece(desk, signed_iso, tmp_path, size, other, at):
    """Behind the end of the volume: bytes nobody reads."""
    long, changed = tmp_path / "long.iso", tmp_path / "changed.iso"
    data = bytearray(signed_iso.read_bytes().ljust(5 << 20, b"\0"))
    long.write_bytes(data)
    for place, byte in other.items():
        data[place] = byte
    changed.write_bytes(data[:size << 20])
    [line] = diff(desk, 1, long, changed)
    assert line == f"image: layout: differs from byte {at}, in what no installer reads"


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_no_pack_is_3(desk, signed_iso, which, tmp_path, remaster):
    for other, part in ((tmp_path / "gone.iso", "No such file"), (desk.ini, "not an ISO 9660 image"),
                        (remaster(lambda tree: (tree / "update.xml").unlink()), "there is no update.xml"),
                        (desk.spec, "not a regular file")):
        words = [signed_iso, signed_iso]
        words[which] = other
        desk.assert_refused(desk.run("diff", *words), 3, part)


@pytest.mark.parametrize("file, part", [("repodata/*-other.xml.gz", "not whole gzip data"),
                                        ("Packages/update-*", "is not an RPM"), ("repodata/repomd.xml", "cannot read")])
def test_parts_that_cannot_be_read_are_3(desk, signed_iso, remaster, file, part):
    broken = remaster(lambda tree: next(tree.glob(file)).write_text("broken"))
    desk.assert_refused(desk.run("diff", signed_iso, broken), 3, f"cannot compare '{broken}'", part)


def test_a_result_nobody_can_take_is_4(desk, unsigned_iso, signed_iso):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([str(desk.suppack), "diff", str(unsigned_iso), str(signed_iso)], env=desk.env(),
                              stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4 and "standard output" in done.stderr


def test_usage_is_2(desk):
    desk.assert_refused(desk.run("diff", "a"), 2, "'diff' takes exactly two operands: A.iso B.iso, got 1")
    desk.assert_refused(desk.run("diff", "a", "b", "c"), 2, "got 3")
    desk.assert_refused(desk.run("diff", "--force", "a", "b"), 2, "does not take --force")
