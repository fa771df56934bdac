# SPDX-License-Identifier: GPL-2.0-or-later
"""The half for StorageLink servers: what of the description gets onto the image, and which entries are refused."""
import subprocess

import pytest

from support import must

HALF = "[storagelink]\nvendor = ACME\nproduct = ARRAY 1\n"
ENTRY = b"<match kind='scsi'>\n  <v>ACME</v><p> ARRAY 1 </p>\n</match>\n"


def with_half(desk, entry=None):
    desk.ini.write_text(desk.ini.read_text() + HALF + ("entry = entry.xml\n" if entry is not None else ""))
    if entry is not None:
        (desk.spec / "entry.xml").write_bytes(entry)


def test_without_the_section_there_is_no_half(desk, unpack):
    assert desk.unsigned().returncode == 0
    tree = unpack(next(desk.out.glob("*.iso")))
    assert not (tree / "storagelink").exists() and "StorageLink" not in (tree / "README.txt").read_text()


def test_what_is_on_the_image(desk, unpack, program):
    with_half(desk, ENTRY)
    done = desk.unsigned()
    assert done.returncode == 0, done.stderr
    iso = next(desk.out.glob("*.iso"))
    half = unpack(iso) / "storagelink"
    assert sorted(path.name for path in half.iterdir()) == ["README.txt", "entry.xml", "storagelink-hook.exe", "storagelink.conf"]
    assert (half / "storagelink.conf").read_bytes() == b"label=acme-mp\r\nversion=1.2\r\nvendor=ACME\r\nproduct=ARRAY 1\r\n"
    assert (half / "entry.xml").read_bytes() == ENTRY
    assert (half / "storagelink-hook.exe").read_bytes() == program("libexec/suppack/storagelink-hook.exe").read_bytes()
    readme = (half / "README.txt").read_bytes()
    assert b"vendor ACME, product ARRAY 1" in readme and b"@" not in readme
    assert readme.count(b"\n") == readme.count(b"\r\n") > 40
    seen = must(["bsdtar", "--options", "iso9660:!rockridge", "-tf", iso]).stdout.splitlines()  # which leaves Joliet
    assert {"storagelink/storagelink-hook.exe", "storagelink/storagelink.conf", "storagelink/README.txt"} <= set(seen)


@pytest.mark.parametrize("entry, part", [
    (b"<match>\n<v>ACME</v>", "entry.xml"),
    (b"<match><v>ACME</v><p>ARRAY</p></match>", "must hold 'ACME' and 'ARRAY 1' once each"),
    (b"<match a='ACME'><v>ACME</v><p>ARRAY 1</p></match>", "must hold 'ACME' and 'ARRAY 1' once each"),
    (b"<!-- x --><match a='ACME' b='ARRAY 1'/>", "must be one element and nothing else"),
    (b"<?xml version='1.0'?><match a='ACME' b='ARRAY 1'/>", "must be one element and nothing else"),
    ("<match ü='1' a='ACME' b='ARRAY 1'/>".encode(), "must be ASCII"),
    (b"", "entry.xml"),
], ids=range(7))
def test_entries_that_are_refused(desk, entry, part):
    with_half(desk, entry)
    desk.assert_refused(desk.unsigned(), 3, "pack.ini:12: entry: ", part, "[named-file]")


@pytest.fixture
def signed_exe(desk, program):
    """storagelink-hook.exe with the Authenticode of a certificate of its own, and that certificate."""
    key, cert, out = desk.base / "code.key", desk.base / "code.pem", desk.spec / "signed.exe"
    must(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "30",
          "-subj", "/CN=ACME", "-addext", "extendedKeyUsage=codeSigning"])
    must(["osslsigncode", "sign", "-certs", cert, "-key", key, "-h", "sha256", "-n", "ACME for StorageLink",
          "-in", program("libexec/suppack/storagelink-hook.exe"), "-out", out])
    desk.ini.write_text(desk.ini.read_text() + HALF + "program = signed.exe\n")
    return out, cert


def is_good(exe, cert):
    done = subprocess.run(["osslsigncode", "verify", "-CAfile", cert, "-in", exe], capture_output=True, check=False, text=True)
    return done.returncode == 0 and "Signature verification: ok" in done.stdout


def test_authenticode_of_the_vendor_is_carried(desk, signed_exe, unpack):
    exe, cert = signed_exe
    assert is_good(exe, cert)
    done = desk.unsigned()
    assert done.returncode == 0, done.stderr
    carried = unpack(next(desk.out.glob("*.iso"))) / "storagelink/storagelink-hook.exe"
    assert carried.read_bytes() == exe.read_bytes() and is_good(carried, cert)
    data = bytearray(carried.read_bytes())
    data[2000] ^= 1
    exe.write_bytes(data)
    assert not is_good(exe, cert)


@pytest.mark.parametrize("spoil, part", [
    (lambda data, plain: plain, "has no Authenticode signature at its end"),
    (lambda data, plain: data + b"\0" * 8, "has no Authenticode signature at its end"),
    (lambda data, plain: data[:2000] + b"\xff" + data[2001:], "is not the storagelink-hook.exe of this suppack"),
    (lambda data, plain: data[:2] + data[3:4] + data[3:], "is not the storagelink-hook.exe of this suppack"),
    (lambda data, plain: data[:len(plain) - 1], "is not the storagelink-hook.exe of this suppack"),
    (lambda data, plain: b"MZ", "is not the storagelink-hook.exe of this suppack"),
    (lambda data, plain: b"", "is not the storagelink-hook.exe of this suppack"),
], ids=range(7))
def test_another_program_is_refused(desk, signed_exe, program, spoil, part):
    exe, _ = signed_exe
    exe.write_bytes(spoil(exe.read_bytes(), program("libexec/suppack/storagelink-hook.exe").read_bytes()))
    desk.assert_refused(desk.unsigned(), 3, "program 'signed.exe'", part)
