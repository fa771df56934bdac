# SPDX-License-Identifier: GPL-2.0-or-later
"""What `verify` says as text and as JSON, of one image and of several, and its exit statuses. That each rule is kept is
tests/should_fail's, bombs are test_hostile's, single bytes tests/flip's."""
import json
import re

import pytest

from support import SOURCE, run

LABEL = "osnexus-quantastor-multipath"
UUID = "10bea843-73d5-5c22-81f2-bede62817dcb"
MANUAL = SOURCE / "packer" / "cli" / "suppack-verify.1.scd"


def verify(desk, status, *words):
    done = desk.run("verify", *words)
    assert done.returncode == status, done.stdout + done.stderr
    assert desk.left() == (None, [])
    return done


def as_json(desk, status, *words):
    text = verify(desk, status, "--json", *words).stdout
    data = json.loads(text)
    assert text == json.dumps(data, indent=2, sort_keys=True) + "\n"
    return data


@pytest.fixture
def changed(remaster):
    """The signed image with two things wrong."""
    def change(tree):
        path = tree / "update.xml"
        path.write_text(path.read_text().replace("QuantaStor", "Quantastor"))
        (tree / "install").chmod(0o644)
    return remaster(change)


def test_a_good_image(desk, signed_iso, demo_key):
    done = verify(desk, 0, "--keyring", demo_key.public, signed_iso)
    assert done.stdout == f"{signed_iso}: valid: errors 0, warnings 0, notes 0, trusted: yes\n" and done.stderr == ""


def test_without_a_keyring_it_is_valid_and_says_what_that_is_worth(desk, signed_iso):
    done = verify(desk, 0, signed_iso)
    assert "warning: was checked with the key it carries itself" in done.stdout and "[keyring]" in done.stdout
    assert as_json(desk, 0, signed_iso)["images"][0]["trusted"] is False


def test_all_that_is_wrong_is_told_at_once(desk, changed, demo_key):
    done = verify(desk, 1, "--keyring", demo_key.public, changed)
    for rule in ("signature", "stamp", "classic-identity", "classic-script"):
        assert f"[{rule}]\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(f"{changed}: NOT VALID: errors ")
    assert done.stderr == "suppack: not valid: 1 of 1 image\n"


def test_an_unsigned_image_is_not_valid(desk, unsigned_iso, demo_key):
    for words in ([], ["--keyring", demo_key.public]):
        assert "UNSIGNED: nothing says who made it" in verify(desk, 1, *words, unsigned_iso).stdout


def test_a_keyring_of_others_is_not_enough(desk, signed_iso, make_key):
    other = make_key(uid="other <other@invalid>")
    data = as_json(desk, 1, "--keyring", other.public, signed_iso)["images"][0]
    assert {f["rule"] for f in data["findings"]} >= {"signature-untrusted", "key-untrusted"}


def test_a_binary_keyring_of_several_keys(desk, signed_iso, demo_key, make_key, tmp_path):
    other = make_key(uid="other <other@invalid>")
    demo_key.gpg("--output", tmp_path / "a", "--export", demo_key.id)
    other.gpg("--output", tmp_path / "b", "--export", other.id)
    (tmp_path / "ring").write_bytes((tmp_path / "b").read_bytes() + (tmp_path / "a").read_bytes())
    assert as_json(desk, 0, "--keyring", tmp_path / "ring", signed_iso)["images"][0]["trusted"] is True


def test_json(desk, signed_iso, demo_key):
    data = as_json(desk, 0, "--keyring", demo_key.public, signed_iso)
    assert data == {"schema": 1, "keyring": str(demo_key.public), "valid": True, "images": [{
        "image": str(signed_iso), "problem": None, "label": LABEL, "version": "1.0.0", "uuid": UUID, "signed": True,
        "signer": demo_key.id, "trusted": True, "valid": True, "demo_key": False, "errors": 0, "warnings": 0, "unlisted": 0,
        "findings": [],
        "unsigned_files": []}]}


def test_json_of_a_finding(desk, changed):
    image = as_json(desk, 1, changed)["images"][0]
    assert image["errors"] == sum(f["severity"] == "error" for f in image["findings"]) > 0
    told = next(f for f in image["findings"] if f["rule"] == "classic-script")
    assert told.pop("text").startswith("mode 0644")
    assert told == {"rule": "classic-script", "severity": "error", "file": "install", "line": None, "dialect": None,
                    "hosts": None}


def test_several_images(desk, signed_iso, changed, tmp_path):
    """Each is told, in order; the gravest decides."""
    gone, text = tmp_path / "gone.iso", tmp_path / "text.iso"
    text.write_text("no image")
    assert verify(desk, 0, signed_iso, signed_iso).stdout.count(": valid: ") == 2
    done = verify(desk, 1, changed, signed_iso)
    assert done.stdout.index("NOT VALID") < done.stdout.index(": valid: ")
    assert done.stderr == "suppack: not valid: 1 of 2 images\n"
    done = verify(desk, 3, text, gone, changed, signed_iso)
    assert done.stderr.splitlines() == [f"suppack: '{text}' is not a pack: not an ISO 9660 image",
                                        f"suppack: cannot read '{gone}': No such file or directory",
                                        "suppack: not valid: 3 of 4 images"]
    images = as_json(desk, 3, text, signed_iso)["images"]
    assert [image["valid"] for image in images] == [False, True]
    assert images[0]["problem"] == f"'{text}' is not a pack: not an ISO 9660 image" and images[0]["label"] is None


def test_the_key_of_one_image_does_not_vouch_for_the_next(desk, signed_iso, remaster, make_key):
    """The second image lacks the key the first carries."""
    second = remaster(lambda tree: (tree / "RPM-GPG-KEY-OSNEXUS").unlink())
    alone = as_json(desk, 1, second)["images"][0]
    after = as_json(desk, 1, signed_iso, second)["images"][1]
    assert alone == after and "signature" in {f["rule"] for f in after["findings"]}


def test_an_image_that_is_no_pack_is_3(desk, remaster):
    def change(tree):
        for path in ("update.xml", "XS-REPOSITORY"):
            (tree / path).unlink()
    assert "is not a pack: there is no update.xml in it" in verify(desk, 3, remaster(change)).stderr


@pytest.mark.parametrize("words, status, part", [
    (["--keyring", "gone.asc", "x.iso"], 3, "gone.asc"),
    (["--keyring", "empty", "IMAGE"], 3, "there is no public key in the keyring"),
    (["--keyring", "text", "IMAGE"], 3, "there is no public key in the keyring"),
    ([], 2, "'verify' takes at least one FILE.iso..., got 0"),
    (["--key", "x", "x.iso"], 2, "'verify' does not take --key"),
])
def test_what_is_refused(desk, signed_iso, words, status, part):
    (desk.base / "empty").write_text("")
    (desk.base / "text").write_text("no key")
    done = verify(desk, status, *[signed_iso if word == "IMAGE" else word for word in words])
    assert done.stdout == "" and part in done.stderr


def test_a_full_disk_is_4(desk, signed_iso):
    done = run(["sh", "-c", f"exec '{desk.suppack}' verify '{signed_iso}' > /dev/full"], env=desk.env())
    assert done.returncode == 4 and "standard output" in done.stderr


def test_no_place_for_gpg_is_4(desk, signed_iso):
    done = desk.run("verify", signed_iso, TMPDIR=desk.base / "gone")
    assert done.returncode == 4 and done.stdout == ""


def test_control_characters_never_reach_the_terminal(desk, remaster):
    def change(tree):
        path = tree / "XS-PACKAGES"
        path.write_text(path.read_text().replace('type="rpm"', 'type="\x7f\x9b31m"'))
    said = verify(desk, 1, remaster(change)).stdout
    assert "[classic-type]" in said and re.search(r"[\x00-\x09\x0b-\x1f\x7f\x9b]", said) is None


def test_the_manual_knows_every_rule_and_status(program):
    text = MANUAL.read_text()
    for line in run([program("bin/list_verify_rules")]).stdout.splitlines():
        rule, severity, about = line.split(" ", 2)
        assert f"*{rule}* ({severity})\n\t{about[0].upper()}" in text, line
    for status in range(5):
        assert f"\n*{status}*\n" in text
