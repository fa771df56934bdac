# SPDX-License-Identifier: GPL-2.0-or-later
"""`sign`: a finished image gets signatures, by a key here or by a signer elsewhere."""
import hashlib
import json
import shutil
import time

import pytest

from support import SUMS, must, sums_of

LABEL = "osnexus-quantastor-multipath"
KEY_NAME = "RPM-GPG-KEY-OSNEXUS"
SIDES = [".iso", ".iso.asc", ".iso.md5", ".iso.sha256", ".metadata.md5"]


@pytest.fixture
def image(desk, unsigned_iso):
    """A private copy of the unsigned image."""
    return shutil.copy(unsigned_iso, desk.base / unsigned_iso.name)


@pytest.fixture(scope="session")
def frozen_key(make_key):
    """A key for which gpg's clock stands still, so that the same bytes get the same signature."""
    key = make_key(uid="frozen <frozen@invalid>")
    (key.home / "gpg.conf").write_text("faked-system-time 20240301T000000!\n")
    return key


def sign(desk, key, *words):
    return desk.run("sign", "--key", key.id, *words, GNUPGHOME=key.home)


def states(desk, iso):
    data = json.loads(desk.run("inspect", "--json", iso).stdout)
    assert data["findings"] == []
    return data["key"]["fingerprint"], {signature["state"] for signature in data["signatures"]}


def assert_same_as_built(desk, built, signed):
    done = desk.run("diff", "--ignore-signatures", built, signed)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_same_as_signed_by_build(desk, image, signed_iso, demo_key):
    done = sign(desk, demo_key, image)
    signed = desk.base / f"{LABEL}-1.0.0.iso"
    digest = hashlib.sha256(signed.read_bytes()).hexdigest()
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{digest}  {signed}\n", "")
    must(["sha256sum", "-c", signed.name + ".sha256"], cwd=desk.base)
    assert_same_as_built(desk, signed_iso, signed)
    assert states(desk, signed) == (demo_key.id, {"good"}) and not any(desk.tmp.iterdir())


def test_byte_for_byte_when_the_clock_stands(desk, image, build_pack, quantastor_ini, frozen_key, signed_iso):
    built = build_pack(quantastor_ini, "--key", frozen_key.id, GNUPGHOME=frozen_key.home).iso
    first, second = desk.base / "first.iso", desk.base / "second.iso"
    assert sign(desk, frozen_key, image, "-o", first).returncode == 0
    # another's signatures come off
    assert sign(desk, frozen_key, signed_iso, "-o", second, "--key-name", KEY_NAME).returncode == 0
    assert first.read_bytes() == built.read_bytes() and second.read_bytes() == built.read_bytes()


def test_another_key_takes_over(desk, signed_iso, make_key, unpack):
    other = make_key(uid="other signer <signer@invalid>")
    # under the vendor's name hosts would lose the vendor's key
    done = sign(desk, other, signed_iso, "-o", desk.base / "other.iso")
    desk.assert_refused(done, 3, f"hosts have as {KEY_NAME}", "hint: --key-name RPM-GPG-KEY-<who signs>")
    for name, part in (("ACME", "does not begin with RPM-GPG-KEY-"), ("RPM-GPG-KEY-a b", "must be 1 to 64")):
        done = sign(desk, other, signed_iso, "-o", desk.base / "other.iso", "--key-name", name)
        desk.assert_refused(done, 2, part)
    done = sign(desk, other, signed_iso, "-o", desk.base / "other.iso", "--key-name", "RPM-GPG-KEY-DC")
    assert done.returncode == 0, done.stderr
    assert states(desk, desk.base / "other.iso") == (other.id, {"good"})
    tree = unpack(desk.base / "other.iso")
    readme = (tree / "README.txt").read_text()
    assert other.id[-4:] in readme and "/mnt/RPM-GPG-KEY-DC" in readme and KEY_NAME not in readme
    assert [path.name for path in tree.glob("RPM-GPG-KEY-*")] == ["RPM-GPG-KEY-DC"]
    assert 'key="RPM-GPG-KEY-DC"' in (tree / "update.xml").read_text()


def test_bad_signatures_do_not_block(desk, remaster, demo_key):
    """Re-signing is the way out of an expired or lost key."""
    def spoil(tree):
        (tree / "update.xml.asc").unlink()
        (tree / "repodata/repomd.xml.asc").write_text("garbled")
    assert sign(desk, demo_key, remaster(spoil), "-o", desk.base / "good.iso").returncode == 0
    assert states(desk, desk.base / "good.iso") == (demo_key.id, {"good"})


def test_where_it_goes(desk, image, demo_key):
    folder = desk.base / "folder"
    folder.mkdir()
    assert sign(desk, demo_key, image, "-o", folder).stdout.endswith(f"  {folder}/{LABEL}-1.0.0.iso\n")
    assert sorted(p.name for p in folder.iterdir()) == [f"{LABEL}-1.0.0{ending}" for ending in SIDES]
    signed = folder / f"{LABEL}-1.0.0.iso"
    before = signed.read_bytes()
    done = sign(desk, demo_key, signed)
    assert done.returncode == 4 and f"'{signed}' exists\nhint: --force" in done.stderr
    assert signed.read_bytes() == before
    assert sign(desk, demo_key, signed, "--force").returncode == 0 and states(desk, signed)[1] == {"good"}


# ---- an outside signer ---------------------------------------------------------------------------
class Signer:
    """Somebody with a key and gpg, who gets a folder of files."""

    def __init__(self, desk, image, key):
        self.desk, self.image, self.key, self.dir = desk, image, key, desk.base / "to-sign"

    def emit(self):
        done = self.desk.run("sign", "--emit", self.dir, self.image)
        assert done.returncode == 0, done.stderr
        return [self.dir.parent / line for line in done.stdout.splitlines()]

    def first(self):
        for file in self.emit():
            self.key.sign_detached(file)
        shutil.copy(self.key.public, self.dir / KEY_NAME)

    def all(self):
        self.first()
        for file in ("repodata/repomd.xml", SUMS):
            assert self.emit() == [self.dir / file]
            self.key.sign_detached(self.dir / file)

    def attach(self):
        return self.desk.run("sign", "--attach", self.dir, self.image, "-o", self.desk.base / "attached.iso")

    def assert_refused(self, done, status, *parts):
        self.desk.assert_refused(done, status, *parts)
        assert not list(self.desk.base.glob("attached.iso*"))


@pytest.fixture
def signer(desk, image, demo_key):
    return Signer(desk, image, demo_key)


def test_what_goes_out(signer, unpack):
    files = signer.emit()
    names = [str(file.relative_to(signer.dir)) for file in files]
    assert sorted(names) == sorted(["update.xml"] + [
        f"Packages/{name}.rpm.{part}" for part in ("header", "header-payload")
        for name in (f"{LABEL}-1.0.0-1.x86_64", f"control-{LABEL}-1.0.0-1.x86_64", f"update-{LABEL}-1.0.0-1.noarch")])
    tree = unpack(signer.image)
    for header in signer.dir.glob("Packages/*.header"):
        rpm = (tree / "Packages" / header.stem).read_bytes()
        whole = header.with_suffix(".header-payload").read_bytes()
        assert rpm.endswith(whole) and whole.startswith(header.read_bytes())
        assert header.read_bytes().startswith(b"\x8e\xad\xe8\x01") and rpm[:96].startswith(b"\xed\xab\xee\xdb")
    assert f'key="{KEY_NAME}"' in (signer.dir / "update.xml").read_text()
    text = (signer.dir / "README.txt").read_text()
    assert KEY_NAME in text and "--attach" in text


def test_what_comes_back_goes_in(desk, signer, signed_iso, demo_key):
    signer.all()
    done = signer.attach()
    assert done.returncode == 0, done.stderr
    attached = desk.base / "attached.iso"
    assert_same_as_built(desk, signed_iso, attached)
    assert states(desk, attached) == (demo_key.id, {"good"})
    assert done.stdout == f"{hashlib.sha256(attached.read_bytes()).hexdigest()}  {attached}\n"


@pytest.mark.parametrize("name", ["with blank", "with'quote", "with[glob]*", "with$HOME"])
def test_odd_directories_are_fine(desk, signer, name):
    """No shell, macro or pattern sees these paths."""
    signer.all()
    odd = desk.base / name
    odd.mkdir()
    signer.dir = signer.dir.rename(odd / "to-sign")
    done = desk.run("sign", "--attach", signer.dir, signer.image, "-o", odd / "attached.iso", TMPDIR=odd)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in odd.iterdir()) == [
        *(f"attached{ending}" for ending in SIDES if ending != ".iso.asc"), "to-sign"]


def test_a_public_key_with_a_problem_is_5(signer, make_key):
    signer.first()
    curve = make_key(uid="curve owner <owner@invalid>")
    curve.gpg("--quick-generate-key", "--passphrase", "", "curve <curve@invalid>", "ed25519", "sign", "0")
    for content, part in ((curve.gpg("--armor", "--export", "curve@invalid").stdout, "not an RSA key"),
                          (curve.gpg("--armor", "--export").stdout, "holds 2 keys"), ("no key", "holds 0 keys")):
        (signer.dir / KEY_NAME).write_text(content)
        signer.assert_refused(signer.attach(), 5, part)


@pytest.mark.parametrize("missing", [KEY_NAME, "update.xml.asc", "repodata/repomd.xml.asc", f"{SUMS}.asc",
                                     f"Packages/{LABEL}-1.0.0-1.x86_64.rpm.header.asc"])
def test_a_file_that_is_missing_is_3(signer, missing):
    signer.all()
    (signer.dir / missing).unlink()
    signer.assert_refused(signer.attach(), 3, f"cannot read '{signer.dir}/{missing}'")


@pytest.mark.parametrize("file", ["update.xml.asc", "repodata/repomd.xml.asc", f"{SUMS}.asc",
                                  f"Packages/{LABEL}-1.0.0-1.x86_64.rpm.header.asc",
                                  f"Packages/update-{LABEL}-1.0.0-1.noarch.rpm.header-payload.asc"])
@pytest.mark.parametrize("how", ["other bytes", "other key", "no signature"])
def test_a_signature_that_is_not_right_is_5(signer, make_key, file, how):
    signer.all()
    path = signer.dir / file
    if how == "other bytes":
        other = signer.dir / "other"
        other.write_text("other")
        path.write_bytes(signer.key.sign_detached(other).read_bytes())
    elif how == "other key":
        make_key(uid="thief <thief@invalid>").sign_detached(path.with_suffix(""))
    else:
        path.write_text("no signature")
    signer.assert_refused(signer.attach(), 5, "cannot sign" if how == "no signature" and "rpm" in file else "is not signed")


def test_the_second_round_needs_the_first(signer):
    signer.emit()
    done = signer.desk.run("sign", "--emit", signer.dir, signer.image)
    signer.assert_refused(done, 3, f"cannot read '{signer.dir}/{KEY_NAME}'")
    assert not (signer.dir / "repodata").exists()


def test_emitting_into_anything_else_is_4(desk, signer):
    desk.assert_refused(desk.run("sign", "--emit", desk.spec, signer.image), 4, "exists and is not an empty folder")
    assert sorted(p.name for p in desk.spec.iterdir()) == ["multipath.conf", "pack.ini"]


# ---- keys and images that are refused --------------------------------------------------------------
def in_days(days):
    """For make_key, whose expiry counts from 2020-01-01."""
    return f"{int((time.time() - 1577836800) / 86400) + days}d"


@pytest.mark.parametrize("build", [False, True], ids=["sign", "build"])
def test_keys_hosts_cannot_use_are_5(desk, image, make_key, build):
    key = make_key(uid="soon <soon@invalid>", expires=in_days(20))
    for uid, algorithm in (("curve <curve@invalid>", "ed25519"), ("subbed <subbed@invalid>", "rsa2048")):
        usage = "cert" if uid.startswith("subbed") else "sign"
        key.gpg("--quick-generate-key", "--passphrase", "", uid, algorithm, usage, "0", faked_time="20200101T000000")
    listing = key.gpg("--with-colons", "--list-keys", "subbed@invalid").stdout
    fingerprint = next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr"))
    key.gpg("--quick-add-key", "--passphrase", "", fingerprint, "rsa2048", "sign", faked_time="20200101T000000")
    for who, part in (("soon@invalid", "it expires within 30 days"), ("curve@invalid", "it is not an RSA key"),
                      ("subbed@invalid", "it has a signing subkey"), ("nobody@invalid", "no secret key in")):
        words = ["build", "-o", desk.out, desk.ini] if build else ["sign", "-o", desk.base / "x.iso", image]
        done = desk.run(*words, "--key", who, GNUPGHOME=key.home)
        desk.assert_refused(done, 5, f"cannot use key '{who}': ", part)
        assert not list(desk.base.glob("x.iso*"))


def test_a_key_that_lasts_long_enough_is_taken(desk, image, make_key):
    key = make_key(uid="lasting <lasting@invalid>", expires=in_days(40))
    assert sign(desk, key, image).returncode == 0


@pytest.mark.parametrize("file, change, part", [
    ("README.txt", lambda data: data + b"more", "its README.txt is not of this version"),
    ("update.xml", lambda data: data.replace(b"</update>", b"<!-- more --></update>"), "its update.xml is not as suppack"),
    ("update.xml", lambda data: b"<update", "is not a pack"),
    ("Packages/update-*", lambda data: data[:-9], "no host would take it"),
    ("repodata/repomd.xml", lambda data: data.replace(b'"other"', b'"prestodelta"'), "no host would take it"),
])
def test_images_that_cannot_be_signed_are_3(desk, remaster, demo_key, unsigned_iso, file, change, part):
    def touch(tree):
        path = next(tree.glob(file))
        path.write_bytes(change(path.read_bytes()))
        (tree / SUMS).write_text(sums_of(tree))
    done = sign(desk, demo_key, remaster(touch, unsigned_iso), "-o", desk.base / "x.iso")
    desk.assert_refused(done, 3, part)
    assert not list(desk.base.glob("x.iso*"))


def test_an_image_that_is_not_there_is_3(desk, demo_key):
    desk.assert_refused(sign(desk, demo_key, desk.base / "gone.iso"), 3, "No such file")


def test_no_tmpdir_is_4(desk, image, demo_key):
    done = desk.run("sign", "--key", demo_key.id, image, GNUPGHOME=demo_key.home, TMPDIR=desk.base / "gone")
    desk.assert_refused(done, 4, "scratch directory")
    assert not (desk.base / f"{LABEL}-1.0.0.iso").exists()


@pytest.mark.parametrize("words, part", [
    ([], "exactly one of --key, --emit and --attach"), (["--key", "a", "--emit", "b"], "exactly one of"),
    (["--emit", "a", "--attach", "b"], "exactly one of"), (["--emit", "a", "-o", "b"], "--emit makes no image"),
    (["--emit", "a", "--force"], "--emit makes no image"), (["--unsigned"], "does not take --unsigned"),
])
def test_usage_is_2(desk, words, part):
    desk.assert_refused(desk.run("sign", *words, "x.iso"), 2, part)
