# SPDX-License-Identifier: GPL-2.0-or-later
"""Signatures and keys in a good armor that are something else inside: gpg gives up on some of them before it has read what
was signed, and gpgme then waited for ever; and older hosts import keys that gpg drops."""
import base64
import json
import zlib

import pytest

from support import run

KEY = "RPM-GPG-KEY-OSNEXUS"
SECONDS = 60  # instead of for ever


def armor(kind, packets):
    crc = 0xb704ce
    for byte in packets:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            crc ^= 0x1864cfb if crc & 1 << 24 else 0
    body = base64.b64encode(packets).decode()
    lines = "\n".join(body[at:at + 64] for at in range(0, len(body), 64))
    check = base64.b64encode(crc.to_bytes(3, "big")).decode()
    return f"-----BEGIN PGP {kind}-----\n\n{lines}\n={check}\n-----END PGP {kind}-----\n"


def packets(key, file):
    """What is in that armor, by gpg."""
    out = file.with_name(f"{file.name}.packets")
    key.gpg("--output", out, "--dearmor", file)
    data = out.read_bytes()
    out.unlink()
    return data


def signed(key, base, *how):
    """A text that the key signed, in one with the signature or only that."""
    text, out = base / "text", base / "text.pgp"
    text.write_bytes(b"a text\n")
    key.gpg("--local-user", key.id, "--output", out, *how, text)
    return out.read_bytes()


def with_byte(data, at, value):
    return data[:at] + bytes([value]) + data[at + 1:]


def compressed(content):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = squeeze.compress(content) + squeeze.flush()
    return b"\xc8\xff" + (len(data) + 1).to_bytes(4, "big") + b"\1" + data


# Of a detached signature: 3 bytes of the packet's head, version, type, key algorithm, digest.
SIGNATURES = {
    "message": lambda key, base, good: signed(key, base, "--compress-algo", "none", "--sign"),
    "compressed-message": lambda key, base, good: signed(key, base, "--sign"),
    "unknown-digest": lambda key, base, good: with_byte(good, 6, 99),
    "of-a-user-id": lambda key, base, good: with_byte(good, 4, 0x10),
    "of-a-text": lambda key, base, good: signed(key, base, "--textmode", "--detach-sign"),
    "key": lambda key, base, good: packets(key, key.public),
    "more-behind": lambda key, base, good: good + b"\xcb\6b\0\0\0\0\0",
}
KEYS = {
    "garbage": b"abc" + bytes(180000),
    "message": b"\xcb\6b\0\0\0\0\0" + bytes(180000),
    "compressed": compressed(bytes(150 << 20)),
}
STRANGERS = {
    "bare-key-behind": lambda good, bare: good + bare,
    "bare-key-before": lambda good, bare: bare + good,
    "unbound-subkey": lambda good, bare: good + b"\xb9" + bare[1:],
}


def judged(desk, key, iso):
    done = run([desk.suppack, "verify", "--json", "--keyring", key.public, iso], env=desk.env(), timeout=SECONDS)
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)["images"][0]
    assert not said["trusted"]
    return said


def rules(said):
    return {finding["rule"] for finding in said["findings"] if finding["severity"] == "error"}


@pytest.mark.parametrize("what", SIGNATURES)
def test_a_signature_beside_the_image(desk, signed_iso, demo_key, what):
    copy = desk.base / signed_iso.name
    copy.write_bytes(signed_iso.read_bytes())
    good = packets(demo_key, signed_iso.with_name(f"{signed_iso.name}.asc"))
    copy.with_name(f"{copy.name}.asc").write_text(armor("SIGNATURE", SIGNATURES[what](demo_key, desk.base, good)))
    assert rules(judged(desk, demo_key, copy)) == {"image-signature"}


@pytest.mark.parametrize("what", SIGNATURES)
def test_a_signature_in_the_image(desk, remaster, demo_key, what):
    def change(tree):
        file = tree / "update.xml"
        file.write_bytes(file.read_bytes() + b"<!--" + b"x" * 200000 + b"-->\n")
        place = tree / "update.xml.asc"
        place.write_text(armor("SIGNATURE", SIGNATURES[what](demo_key, desk.base, packets(demo_key, place))))
    assert "signature-armor" in rules(judged(desk, demo_key, remaster(change)))


@pytest.mark.parametrize("what", KEYS)
def test_a_key(desk, remaster, demo_key, what):
    def change(tree):
        (tree / KEY).write_text(armor("PUBLIC KEY BLOCK", KEYS[what]))
    assert "key-armor" in rules(judged(desk, demo_key, remaster(change)))


@pytest.mark.parametrize("what", STRANGERS)
def test_a_key_beside_the_key(desk, remaster, demo_key, make_key, what):
    """Nothing lists the files: the key alone vouches for its own."""
    other = make_key(uid="other <other@invalid>")
    bare = packets(other, other.public)
    bare = bare[:3 + int.from_bytes(bare[1:3], "big")]

    def change(tree):
        (tree / "SHA256SUMS").unlink()
        (tree / "SHA256SUMS.asc").unlink()
        (tree / KEY).write_text(armor("PUBLIC KEY BLOCK", STRANGERS[what](packets(demo_key, tree / KEY), bare)))
    said = judged(desk, demo_key, remaster(change))
    assert rules(said) == {"key-count"} and KEY in said["unsigned_files"]
