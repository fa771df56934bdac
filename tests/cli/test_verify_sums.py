# SPDX-License-Identifier: GPL-2.0-or-later
"""Who signed which file: SHA256SUMS, what lies beside the image, and images that have neither. What spoils them is
tests/should_fail's."""
import json
import shutil

import pytest

from support import SUMS, environment, must, run, sums_of

# What the metadata of a pack cover without a list: build-update makes nothing else.
COVERED = ("Packages/", "repodata/", "update.xml", "RPM-GPG-KEY-")


def judged(desk, status, iso, *words):
    done = desk.run("verify", "--json", *words, iso)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)["images"][0]


def rules(said):
    return [finding["rule"] for finding in said["findings"]]


@pytest.fixture
def copy(desk, signed_iso):
    """The signed image in a folder of its own, with what lies beside it."""
    for path in signed_iso.parent.glob(f"{signed_iso.name}*"):
        shutil.copy(path, desk.base)
    return desk.base / signed_iso.name


@pytest.fixture
def older(remaster):
    """The signed image without a list of its files, as they were made before."""
    def change(tree):
        (tree / SUMS).unlink()
        (tree / f"{SUMS}.asc").unlink()
    return remaster(change)


def test_with_gpg_and_coreutils_alone(copy, demo_key, unpack):
    """What README.txt tells people to do."""
    tree = unpack(copy)
    assert (tree / SUMS).read_text() == sums_of(tree)
    must(["sha256sum", "--check", "--strict", SUMS], cwd=tree)
    for signature, data in ((f"{copy}.asc", copy), (tree / f"{SUMS}.asc", tree / SUMS)):
        assert "Good signature" in must(["gpg", "--homedir", demo_key.home, "--verify", signature, data]).stderr
    readme = (tree / "README.txt").read_text()
    for line in (f"gpg --verify {copy.name}.asc {copy.name}", f"gpg --verify {SUMS}.asc {SUMS}", f"sha256sum -c {SUMS}"):
        assert f"\n        {line}\n" in readme
    for file in ("README.txt", "storagelink/storagelink-hook.exe"):
        said = must(["gpg", "--print-md", "SHA256", tree / file], env=environment(HOME=tree)).stdout
        digest = "".join(said.rpartition(":")[2].split()).lower()
        assert f"{digest}  {file}\n" in (tree / SUMS).read_text()


def test_an_unsigned_image_has_the_list_alone(unsigned_iso, unpack):
    tree = unpack(unsigned_iso)
    assert (tree / SUMS).read_text() == sums_of(tree) and not (tree / f"{SUMS}.asc").exists()
    assert not unsigned_iso.with_name(f"{unsigned_iso.name}.asc").exists()


def test_without_a_list_what_nobody_signed_is_named(desk, older, demo_key, unpack):
    tree = unpack(older)
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())
    wanted = [name for name in files if not name.startswith(COVERED)]
    said = judged(desk, 0, older, "--keyring", demo_key.public)
    assert said["unsigned_files"] == wanted and "install.sh" in wanted and "storagelink/storagelink-hook.exe" in wanted
    assert (said["valid"], said["trusted"], said["signed"]) == (True, False, True)
    [text] = [finding["text"] for finding in said["findings"] if finding["rule"] == "unsigned-files"]
    assert all(name in text for name in wanted)
    assert desk.run("verify", older, "--keyring", demo_key.public).stdout.endswith("notes 1, trusted: no\n")
    shown = json.loads(desk.run("inspect", "--json", older).stdout)["files"]
    assert [file["path"] for file in shown if not file["signed"]] == wanted
    assert f"\n  {wanted[0]}: NOT COVERED by any signature\n" in desk.run("inspect", older).stdout


def test_a_signature_beside_it_covers_such_an_image(desk, older, demo_key):
    demo_key.sign_detached(older)
    said = judged(desk, 0, older, "--keyring", demo_key.public)
    assert said["trusted"] and said["unsigned_files"] == [] and "unsigned-files" not in rules(said)


def test_what_build_update_makes_needs_no_list(desk, older, remaster, demo_key):
    def change(tree):
        for path in [path for path in tree.rglob("*") if path.is_file()]:
            if not path.relative_to(tree).as_posix().startswith(COVERED):
                path.unlink()
        (tree / "storagelink").rmdir()
    image = remaster(change, older)
    said = judged(desk, 0, image, "--keyring", demo_key.public)
    assert said["trusted"] and said["unsigned_files"] == [] and "unsigned-files" not in rules(said)


def test_the_classic_half_alone_is_nobodys(desk, remaster, unsigned_iso, demo_key):
    """Its format has no signature: valid, as before, and no longer called trusted."""
    def change(tree):
        for name in (SUMS, "update.xml", "README.txt"):
            (tree / name).unlink()
        for name in ("repodata", "Packages", "storagelink"):
            shutil.rmtree(tree / name)
    said = judged(desk, 0, remaster(change, unsigned_iso), "--keyring", demo_key.public)
    assert not said["trusted"] and "unsigned-files" in rules(said) and "XS-PACKAGES" in said["unsigned_files"]


@pytest.mark.parametrize("suffix, rule", [(".asc", "image-signature"), (".sha256", "image-digest")])
@pytest.mark.parametrize("where", [0, 16 * 2048 + 320, b"README.TXT;1", -1])
def test_what_lies_beside_it_tells_of_every_byte(desk, copy, demo_key, suffix, rule, where):
    """System area, texts of the volume, an ISO 9660 name, the last byte."""
    for path in desk.base.glob(f"{copy.name}.*"):
        if path.suffix != suffix:
            path.unlink()
    assert rules(judged(desk, 0, copy, "--keyring", demo_key.public)) == []
    data = bytearray(copy.read_bytes())
    data[data.index(where) if isinstance(where, bytes) else where] ^= 1
    copy.write_bytes(data)
    said = judged(desk, 1, copy, "--keyring", demo_key.public)
    assert rule in rules(said) and not said["trusted"]
    told = next(finding for finding in said["findings"] if finding["rule"] == rule)
    assert told["file"] == f"{copy}{suffix}"


def test_a_signature_beside_it_by_another_trusted_key_is_as_good(desk, copy, demo_key, make_key):
    """Who hands images out may vouch for them with a key of his own."""
    other = make_key(uid="distributor <distributor@invalid>")
    other.sign_detached(copy)
    ring = desk.base / "ring"
    ring.write_text(demo_key.public.read_text() + other.public.read_text())
    assert judged(desk, 0, copy, "--keyring", ring)["trusted"]
    said = judged(desk, 1, copy, "--keyring", demo_key.public)
    assert rules(said) == ["image-signature"] and other.id[-16:].lower() in said["findings"][0]["text"]


@pytest.mark.parametrize("suffix", [".asc", ".sha256"])
@pytest.mark.parametrize("how", ["folder", "large", "fifo"])
def test_what_lies_beside_it_may_be_anything(desk, copy, demo_key, suffix, how):
    side = copy.with_name(copy.name + suffix)
    side.unlink()
    if how == "folder":
        side.mkdir()
    elif how == "large":
        side.write_bytes(bytes(1 << 20))
    else:
        must(["mkfifo", side])
    assert len(rules(judged(desk, 1, copy, "--keyring", demo_key.public))) == 1


def test_build_reads_nothing_that_lies_beside_its_output(desk, demo_key):
    """An older image's signature is replaced, or goes."""
    built = desk.build("--key", demo_key.id, GNUPGHOME=demo_key.home)
    assert built.returncode == 0, built.stderr
    iso = next(desk.out.glob("*.iso"))
    before = iso.with_name(f"{iso.name}.asc").read_bytes()
    again = desk.build("--key", demo_key.id, "--force", GNUPGHOME=demo_key.home, SOURCE_DATE_EPOCH="1600000000")
    assert again.returncode == 0, again.stderr
    assert iso.with_name(f"{iso.name}.asc").read_bytes() != before
    assert judged(desk, 0, iso, "--keyring", demo_key.public)["trusted"]


def test_sign_does_not_launder_what_was_changed(desk, remaster, unsigned_iso, demo_key):
    """What it carries over has to be what was built."""
    def change(tree):
        path = tree / "install"
        path.write_text(path.read_text().replace("set -u", "set -u; reboot", 1))
    done = desk.run("sign", "--key", demo_key.id, remaster(change, unsigned_iso), "-o", desk.base / "x.iso",
                    GNUPGHOME=demo_key.home)
    desk.assert_refused(done, 3, "install: ", "[sums-digest]", "no host would take it")
    assert not list(desk.base.glob("x.iso*"))


@pytest.fixture(scope="module")
def by_two_keys(build_pack, quantastor_source, make_key, tmp_path_factory):
    copy = tmp_path_factory.mktemp("spec") / "quantastor"
    shutil.copytree(quantastor_source, copy)
    keys = [make_key(uid=f"{name} <{name}@invalid>") for name in ("one", "two")]
    return [build_pack(copy / "pack.ini", "--key", key.id, GNUPGHOME=key.home).iso for key in keys]


def test_one_build_by_two_keys_is_the_same(desk, by_two_keys):
    done = desk.run("diff", "--ignore-signatures", *by_two_keys)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lines = desk.run("diff", *by_two_keys).stdout
    assert "README.txt: key: " in lines and "RPM-GPG-KEY-OSNEXUS: content: " in lines
    assert f"\n{SUMS}: " not in lines, "it follows"


@pytest.mark.parametrize("change", [
    lambda tree: (tree / "README.txt").write_text((tree / "README.txt").read_text().replace("vendor", "seller")),
    lambda tree: (tree / SUMS).write_text((tree / SUMS).read_text().replace("a", "b")),
    lambda tree: (tree / "install").write_text("#!/bin/sh\n")], ids=["README.txt", SUMS, "install"])
def test_and_what_is_not_of_the_key_differs(desk, by_two_keys, remaster, change):
    done = desk.run("diff", "--ignore-signatures", by_two_keys[0], remaster(change, by_two_keys[1]))
    assert done.returncode == 1 and ": content: '" in done.stdout


def test_a_key_is_needed_for_trust(desk, copy):
    """All covered by the key on the image, which proves nothing."""
    said = judged(desk, 0, copy)
    assert rules(said) == ["keyring"] and said["unsigned_files"] == [] and not said["trusted"]
    assert run([desk.suppack, "verify", copy], env=desk.env()).stdout.endswith(", trusted: no\n")


@pytest.mark.parametrize("lines", [
    pytest.param(lambda: "".join(f"{'0' * 64}  p{i:06}\n" for i in range(300_000)), id="files that are not there"),
    pytest.param(lambda: "\n" * 20_000_000, id="no lines")])
def test_a_long_list_is_read_once(bounded, remaster, unsigned_iso, lines):
    """20 MB of it; what is wrong is told a hundred times, and how often more."""
    image = remaster(lambda tree: (tree / SUMS).write_text(lines()), unsigned_iso)
    status, said, _ = bounded(20, "verify", image)
    assert status == 1 and 100 < said.count("[sums-") < 103 and " more of that kind [sums-files]" in said
