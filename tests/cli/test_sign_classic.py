# SPDX-License-Identifier: GPL-2.0-or-later
"""`sign` and the half for XenServer 5.6 to 7.0, of which only the list of all files speaks: it stays, byte for byte, with its sums."""
import hashlib
import shutil

import pytest

from support import must

LABEL = "osnexus-quantastor-multipath"
RPM = f"{LABEL}-1.0.0-1.noarch.rpm"
CLASSIC = ("XS-REPOSITORY", "XS-PACKAGES", "install", "install.sh", RPM)
SIDES = [".iso", ".iso.asc", ".iso.md5", ".iso.sha256", ".metadata.md5"]


@pytest.fixture
def sign(desk, demo_key):
    """sign(image, *words): the process, and the signed image, which lies in desk.out."""
    desk.out.mkdir()

    def go(image, *words, name="signed.iso"):
        done = desk.run("sign", "--key", demo_key.id, image, "-o", desk.out / name, *words, GNUPGHOME=demo_key.home)
        done.iso = desk.out / name
        return done
    return go


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_is_carried_over(desk, sign, unsigned_iso, signed_iso, unpack):
    before = unpack(unsigned_iso)
    for image in (unsigned_iso, signed_iso):
        done = sign(image, "--force")
        assert done.returncode == 0, done.stderr
        after = unpack(done.iso)
        for name in CLASSIC:
            assert (after / name).read_bytes() == (before / name).read_bytes(), name
            assert (after / name).stat().st_mode == (before / name).stat().st_mode, name
        assert "XENSERVER 5.6 TO 7.0" in (after / "README.txt").read_text()
        assert "\nclassic half\n  osnexus:" in desk.run("inspect", done.iso).stdout


def test_the_sums_are_of_the_signed_image(desk, sign, unsigned_iso):
    """The image is another one now; what the host installer shows is the same (packs.md A.4)."""
    done = sign(unsigned_iso)
    assert names(desk.out) == [f"signed{ending}" for ending in SIDES], done.stderr
    must(["md5sum", "--check", "--strict", "signed.iso.md5"], cwd=desk.out)
    must(["sha256sum", "--check", "--strict", "signed.iso.sha256"], cwd=desk.out)
    shown = unsigned_iso.with_name(unsigned_iso.name.removesuffix(".iso") + ".metadata.md5").read_text()
    assert (desk.out / "signed.metadata.md5").read_text() == shown


def test_sums_of_any_name(desk, sign, unsigned_iso):
    assert sign(unsigned_iso, name="pack").returncode == 0
    assert names(desk.out) == ["pack", "pack.asc", "pack.md5", "pack.metadata.md5", "pack.sha256"]


def test_an_image_without_it(desk, sign, quantastor_ini, build_pack, unpack):
    """No such sums, and none that lie there of another image."""
    modern = build_pack(quantastor_ini, "--unsigned", "--no-classic").iso
    (desk.out / "signed.iso.md5").write_text("of another image")
    done = sign(modern)
    assert done.returncode == 4 and f"'{desk.out}/signed.iso.md5' exists\nhint: --force" in done.stderr
    assert names(desk.out) == ["signed.iso.md5"]
    assert sign(modern, "--force").returncode == 0
    assert names(desk.out) == ["signed.iso", "signed.iso.asc", "signed.iso.sha256"]
    assert not list(unpack(desk.out / "signed.iso").glob("XS-*"))


@pytest.mark.parametrize("file, change, part", [
    ("XS-PACKAGES", lambda data: data.replace(b'md5="', b'md5="0'), "[classic-md5]"),
    ("XS-REPOSITORY", lambda data: data.replace(b'version="1.0.0"', b'version="1.0.1"'), "[classic-identity]"),
    ("XS-REPOSITORY", lambda data: data.replace(b"<requires ", b"<requires\n"), "[classic-line]"),
    ("install", lambda data: b"exit 0\n", "[classic-script]"),
    (RPM, lambda data: data[:-9], "[rpm-digest]")])
def test_one_that_is_damaged_is_3(desk, sign, remaster, unsigned_iso, file, change, part):
    def touch(tree):
        (tree / file).write_bytes(change((tree / file).read_bytes()))
    done = sign(remaster(touch, unsigned_iso))
    assert done.returncode == 3 and part in done.stderr and "no host would take it" in done.stderr, done.stderr
    assert names(desk.out) == []


def test_a_signer_elsewhere_gets_nothing_of_it(desk, unsigned_iso, demo_key):
    """It signs what hosts of 7.1 and later read; the image put together has both halves."""
    image, folder = shutil.copy(unsigned_iso, desk.base / "pack.iso"), desk.base / "to-sign"
    for _ in range(3):
        done = desk.run("sign", "--emit", folder, image)
        assert done.returncode == 0, done.stderr
        assert f"/{LABEL}-1.0.0-1.noarch" not in done.stdout and "XS-" not in done.stdout
        for line in done.stdout.splitlines():
            demo_key.sign_detached(line)
        shutil.copy(demo_key.public, folder / "RPM-GPG-KEY-OSNEXUS")
    done = desk.run("sign", "--attach", folder, image, "-o", desk.base / "attached.iso")
    assert done.returncode == 0, done.stderr
    digest = hashlib.md5((desk.base / "attached.iso").read_bytes()).hexdigest()
    assert (desk.base / "attached.iso.md5").read_text() == f"{digest}  attached.iso\n"
