# SPDX-License-Identifier: GPL-2.0-or-later
"""What `inspect` says, and that a bad signature is told and not a failure."""
import json
import os

import pytest

from support import EPOCH, run

LABEL = "osnexus-quantastor-multipath"
UUID = "10bea843-73d5-5c22-81f2-bede62817dcb"


def inspect(desk, iso, *words):
    done = desk.run("inspect", *words, iso)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" and desk.left()[1] == []
    return done.stdout


def as_json(desk, iso):
    return json.loads(inspect(desk, iso, "--json"))


def test_text_of_a_signed_image(desk, signed_iso, demo_key):
    text = inspect(desk, signed_iso)
    for line in (f"label          {LABEL}", "version        1.0.0", f"uuid           {UUID}",
                 "description    OSNEXUS QuantaStor multipath settings", "homogeneous    yes",
                 "key            RPM-GPG-KEY-OSNEXUS", f"control        control-{LABEL}",
                 "base-requires  platform-version >= 2.2.0", "volume         OSNEXUS_QUANTASTOR_MULTIPATH"):
        assert line + "\n" in text
    assert "UNSIGNED" not in text and "problems" not in text
    assert text.count(": good, key " + demo_key.id[-16:].lower()) == 6
    assert f"checked with the key carried on this image: {demo_key.id}" in text
    assert "not checked against a key you trust" in text


def test_text_of_an_unsigned_image(desk, unsigned_iso):
    text = inspect(desk, unsigned_iso)
    assert "\nUNSIGNED: nothing on this image says who made it" in text
    assert "good, key" not in text and "problems" not in text


def test_json(desk, signed_iso, demo_key):
    text = inspect(desk, signed_iso, "--json")
    data = json.loads(text)
    assert text == json.dumps(data, indent=2, sort_keys=True) + "\n"
    assert data["schema"] == 1 and data["uuid"] == UUID and data["signed"] is True and data["findings"] == []
    assert data["key"]["fingerprint"] == demo_key.id and data["key"]["trusted"] is False
    assert [s["state"] for s in data["signatures"]] == ["good"] * 6
    assert {s["key_id"] for s in data["signatures"]} == {demo_key.id[-16:].lower()}
    assert data["base_requires"] == ["platform-version >= 2.2.0"]
    assert [p["nevra"] for p in data["packages"]] == [
        f"control-{LABEL}-1.0.0-1.x86_64", f"{LABEL}-1.0.0-1.x86_64", f"update-{LABEL}-1.0.0-1.noarch",
        f"{LABEL}-1.0.0-1.noarch"]
    assert all(p["digests_good"] and p["payload_compressor"] == "gzip" for p in data["packages"])
    assert "update.xml.asc" in [f["path"] for f in data["files"]]


def test_files_and_digests(desk, unsigned_iso, unpack):
    import hashlib
    tree = unpack(unsigned_iso)
    for file in as_json(desk, unsigned_iso)["files"]:
        content = (tree / file["path"]).read_bytes()
        assert (file["sha256"], file["size"]) == (hashlib.sha256(content).hexdigest(), len(content))


def states(data):
    return {s["file"].split("/")[-1].split("-1.0.0")[0]: s["state"] for s in data["signatures"]}


def test_changed_update_xml(desk, remaster):
    def change(tree):
        path = tree / "update.xml"
        path.write_text(path.read_text().replace("QuantaStor", "Quantastor"))
    iso = remaster(change)
    data = as_json(desk, iso)
    assert states(data)["update.xml"] == "bad" and states(data)["repomd.xml"] == "good"
    assert "update.xml: BAD SIGNATURE" in inspect(desk, iso)
    assert {f["rule"] for f in data["findings"]} >= {"signature", "stamp"}


def test_changed_repomd(desk, remaster):
    def change(tree):
        path = tree / "repodata/repomd.xml"
        path.write_text(path.read_text().replace(EPOCH, "1"))
    assert states(as_json(desk, remaster(change)))["repomd.xml"] == "bad"


def test_changed_rpm(desk, remaster):
    def change(tree):
        path = tree / f"Packages/{LABEL}-1.0.0-1.x86_64.rpm"
        data = bytearray(path.read_bytes())
        data[-100] ^= 1
        path.write_bytes(data)
    iso = remaster(change)
    data = as_json(desk, iso)
    assert [p["digests_good"] for p in data["packages"]] == [True, False, True, True]
    assert {"rpm-digest", "repodata-digest"} <= {f["rule"] for f in data["findings"]}
    assert "digests BAD" in inspect(desk, iso)


def test_missing_signature_and_missing_rpm(desk, remaster):
    def change(tree):
        (tree / "update.xml.asc").unlink()
        (tree / f"Packages/control-{LABEL}-1.0.0-1.x86_64.rpm").unlink()
    iso = remaster(change)
    data = as_json(desk, iso)
    assert states(data)["update.xml"] == "none"
    assert {"signature", "control-package", "repodata-count"} <= {f["rule"] for f in data["findings"]}
    assert "update.xml: NOT SIGNED" in inspect(desk, iso)


def test_another_key(desk, remaster, make_key):
    other = make_key(uid="other <other@invalid>")

    def change(tree):
        (tree / "RPM-GPG-KEY-OSNEXUS").write_text(other.public.read_text())
    iso = remaster(change)
    data = as_json(desk, iso)
    assert set(states(data).values()) == {"no-key"}
    assert data["key"]["fingerprint"] == other.id
    assert "NOT VERIFIED, made by a key that is not on the image" in inspect(desk, iso)


def test_no_key_and_no_real_key(desk, remaster):
    def change(tree):
        (tree / "RPM-GPG-KEY-OSNEXUS").write_text("no key\n")
    data = as_json(desk, remaster(change))
    assert set(states(data).values()) == {"no-key"} and data["key"]["fingerprint"] is None
    assert "key-file" in {f["rule"] for f in data["findings"]}


def test_expired_signature_is_never_called_good(desk, make_key, remaster):
    key = make_key(uid="old <old@invalid>", expires="30d")

    def change(tree):
        (tree / "RPM-GPG-KEY-OSNEXUS").write_text(key.public.read_text())
        key.sign_detached(tree / "update.xml", faked_time="20200102T000000")
    data = as_json(desk, remaster(change))
    assert states(data)["update.xml"] == "expired"


def test_control_characters_are_escaped(desk, remaster):
    def change(tree):
        path = tree / "update.xml"
        path.write_text(path.read_text().replace("OSNEXUS QuantaStor", "\u009b31mred&#x9;tab"))
    iso = remaster(change)
    text = inspect(desk, iso)
    assert "\u009b" not in text and "\\xc2\\x9b31mred\\x09tab" in text
    assert as_json(desk, iso)["description"].startswith("\ufffd31mred\ufffdtab")


def test_files_that_are_no_rpm(desk, remaster):
    iso = remaster(lambda tree: (tree / "Packages/zz.rpm").write_text("no RPM"))
    data = as_json(desk, iso)
    (package,) = [one for one in data["packages"] if one["file"] == "Packages/zz.rpm"]
    assert package["digests_good"] is False
    inspect(desk, iso)


@pytest.mark.parametrize("content, part", [
    (b"", "not an ISO 9660 image"), (b"text\n" * 9000, "not an ISO 9660 image"), (None, "No such file"),
    ("dir", "not a regular file"), ("fifo", "not a regular file"),
])
def test_what_is_no_pack_is_3(desk, content, part):
    path = desk.base / "x.iso"
    if content == "dir":
        path.mkdir()
    elif content == "fifo":
        os.mkfifo(path)
    elif content is not None:
        path.write_bytes(content)
    desk.assert_refused(desk.run("inspect", path), 3, part)


def test_an_iso_without_update_xml_is_3(desk, remaster):
    iso = remaster(lambda tree: (tree / "update.xml").unlink())
    desk.assert_refused(desk.run("inspect", iso), 3, "is not a pack: there is no update.xml in it")


def test_a_malformed_update_xml_is_3(desk, remaster):
    iso = remaster(lambda tree: (tree / "update.xml").write_text("<update"))
    desk.assert_refused(desk.run("inspect", iso), 3, "is not a pack", "update.xml")


@pytest.mark.parametrize("size", [33000, 34816, 50000, 100000])
def test_a_cut_image_is_3(desk, signed_iso, size):
    path = desk.base / "cut.iso"
    path.write_bytes(signed_iso.read_bytes()[:size])
    done = desk.run("inspect", path)
    desk.assert_refused(done, 3, "cut.iso")


def test_no_tmpdir_is_4(desk, signed_iso):
    desk.assert_refused(desk.run("inspect", signed_iso, TMPDIR=desk.base / "gone"), 4, "scratch directory")


def test_the_users_keyring_plays_no_part(desk, signed_iso, tmp_path):
    home = tmp_path / "empty"
    home.mkdir(mode=0o700)
    done = run([desk.suppack, "inspect", signed_iso], env=desk.env(GNUPGHOME=home))
    assert done.returncode == 0 and done.stdout.count(": good, key ") == 6
    assert list(home.iterdir()) == []
