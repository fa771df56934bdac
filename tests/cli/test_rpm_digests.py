# SPDX-License-Identifier: GPL-2.0-or-later
"""The digests an RPM bears of itself, right and wrong in every place: `build` says of each what rpm's own rpmkeys says.

suppack digests the payload itself and asks librpm for the rest, or for all of it where there is more than two digests.
"""
import hashlib
import random
import re
import shutil
import struct

import pytest

from rpm_bytes import (BIN, I18N, INT32, MD5, PAYLOADDIGEST, PAYLOADDIGESTALGO, PAYLOADDIGESTALT, SHA1, SHA256, SIGMD5, STRING,
                       STRINGS, Package)
from rpms import Rpm, make_rpms
from support import run
from test_build_carried import CARRIER

WRONG = bytes(16)
RIGHT_AND_WRONG = {
    "as-built": lambda p: None,
    "md5-wrong": lambda p: p.signature.set(MD5, BIN, WRONG),
    "md5-gone": lambda p: p.signature.drop(MD5),
    "md5-short": lambda p: p.signature.set(MD5, BIN, p.md5[:15]),
    "md5-long": lambda p: p.signature.set(MD5, BIN, p.md5 + b"\0"),
    "md5-as-text": lambda p: p.signature.set(MD5, STRING, p.md5.hex().encode() + b"\0"),
    "md5-right-and-wrong": lambda p: p.signature.add(MD5, BIN, WRONG),
    "md5-wrong-and-right": lambda p: (p.signature.set(MD5, BIN, WRONG), p.signature.add(MD5, BIN, p.md5)),
    "sha1-of-header-wrong": lambda p: p.signature.set(SHA1, STRING, b"0" * 40 + b"\0"),
    "sha256-of-header-wrong": lambda p: p.signature.set(SHA256, STRING, b"0" * 64 + b"\0"),
    "sha256-of-header-gone": lambda p: p.signature.drop(SHA256),
    "only-md5-of-header": lambda p: (p.signature.drop(SHA1), p.signature.drop(SHA256)),
    "nothing-of-header": lambda p: [p.signature.drop(tag) for tag in (SHA1, SHA256, MD5)],
}


def of_header(change, *others):
    """A change of the header that its own digests follow, and MD5."""
    def go(package):
        change(package)
        package.follow(MD5, *others)
    return go


def digest_is(text, count=1):
    return of_header(lambda p: p.header.set(PAYLOADDIGEST, STRINGS, text(p).encode() + b"\0", count))


def payload(*follow, header=False):
    """A bit of the payload, and who follows it."""
    def go(package):
        package.spoil()
        if header:
            package.follow_in_header()
        package.follow(*follow)
    return go


def sha256(package):
    return hashlib.sha256(package.payload).hexdigest()


def without_both(package):
    package.header.drop(PAYLOADDIGEST)
    package.header.drop(PAYLOADDIGESTALT)
    package.follow()
    package.signature.drop(MD5)


def claims_md5(package):
    """In the header the right one, in the signature header a wrong one."""
    package.header.set(SIGMD5, BIN, WRONG)
    package.follow()
    package.signature.set(MD5, BIN, WRONG)
    package.header.set(SIGMD5, BIN, package.md5)
    package.follow()


RIGHT_AND_WRONG.update({
    "payload-digest-wrong": digest_is(lambda p: "0" * 64),
    "payload-digest-gone": of_header(lambda p: (p.header.drop(PAYLOADDIGEST), p.header.drop(PAYLOADDIGESTALT))),
    "payload-digest-short": digest_is(lambda p: sha256(p)[:63]),
    "payload-digest-of-capitals": digest_is(lambda p: sha256(p).upper()),
    "payload-digests-are-two": digest_is(lambda p: f"{sha256(p)}\0{'0' * 64}", 2),
    "payload-digest-right-and-wrong": of_header(lambda p: p.header.add(PAYLOADDIGEST, STRINGS, b"0" * 64 + b"\0", 1)),
    "payload-digest-wrong-and-right": of_header(lambda p: (
        p.header.set(PAYLOADDIGEST, STRINGS, b"0" * 64 + b"\0", 1),
        p.header.add(PAYLOADDIGEST, STRINGS, sha256(p).encode() + b"\0", 1))),
    "payload-digest-of-another-kind": of_header(lambda p: (
        p.header.set(PAYLOADDIGESTALGO, INT32, struct.pack(">I", 10)),
        p.header.set(PAYLOADDIGEST, STRINGS, hashlib.sha512(p.payload).hexdigest().encode() + b"\0", 1))),
    "payload-digest-gone-the-others-stays": of_header(lambda p: p.header.drop(PAYLOADDIGEST)),
    "payload-digest-as-string": of_header(lambda p: p.header.set(PAYLOADDIGEST, STRING, sha256(p).encode() + b"\0")),
    "payload-digest-as-i18n": of_header(lambda p: p.header.set(PAYLOADDIGEST, I18N, sha256(p).encode() + b"\0", 1)),
    "digest-of-unpacked-wrong": of_header(lambda p: p.header.set(PAYLOADDIGESTALT, STRINGS, b"0" * 64 + b"\0", 1)),
    "neither-of-payload": without_both,
    "md5-in-the-wrong-header": claims_md5,
    "payload": payload(),
    "payload-and-md5": payload(MD5),
    "payload-and-digest": payload(header=True),
    "payload-and-both": payload(MD5, header=True),
    "payload-longer": lambda p: setattr(p, "payload", p.payload + b"\0"),
    "payload-shorter": lambda p: setattr(p, "payload", p.payload[:-1]),
    "payload-none": lambda p: setattr(p, "payload", b""),
})


OF_SIGNATURE, OF_HEADER = (MD5, SHA1, SHA256), (PAYLOADDIGEST, PAYLOADDIGESTALGO, PAYLOADDIGESTALT, SIGMD5)
CHARS, BYTES = 1, 2
NONE = STRING, 1, b"0" * 64 + b"\0"


def change(chance, header, tags):
    tag, how = chance.choice(tags), chance.choice(("drop", "double", "retype", "spoil"))
    kind, count, data = next((entry[1:] for entry in header.tags if entry[0] == tag), NONE)
    if how == "drop":
        header.drop(tag)
    elif how == "double":
        header.add(tag, kind, data, count)
    elif how == "spoil":
        header.set(tag, kind, bytes([data[0] ^ 1]) + data[1:], count)
    else:
        kind = chance.choice((CHARS, BYTES, STRING, BIN, STRINGS, I18N))
        header.set(tag, kind, data, len(data) if kind in (CHARS, BYTES, BIN) else 1)


def at_random(number):
    """Changes of tags that nobody thought of, with MD5 and the header's digests behind those of the header."""
    def go(package):
        chance = random.Random(number)
        if chance.random() < 0.2:
            package.spoil()
        for _ in range(chance.randint(0, 2)):
            change(chance, package.header, OF_HEADER)
        package.follow(*[MD5] * (chance.random() < 0.8))
        for _ in range(chance.randint(0, 2)):
            change(chance, package.signature, OF_SIGNATURE)
    return go


RIGHT_AND_WRONG.update({f"random-{number}": at_random(number) for number in range(150)})


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """A folder with one RPM a case, and which of them rpmkeys takes."""
    folder = tmp_path_factory.mktemp("spoilt")
    taken = set()
    paths = make_rpms(folder, *[Rpm(name) for name in RIGHT_AND_WRONG])
    for name, path in zip(RIGHT_AND_WRONG, paths):
        package = Package(path)
        RIGHT_AND_WRONG[name](package)
        package.write(path)
        if run(["rpmkeys", "-K", "--nosignature", "--define", "_pkgverify_level digest", path]).returncode == 0:
            taken.add(name)
    return folder, taken


def test_rpm_takes_some_and_refuses_others(spoilt):
    _, taken = spoilt
    assert {"as-built", "md5-gone", "payload-digest-gone", "sha256-of-header-gone", "payload-and-both"} <= taken
    assert taken.isdisjoint({"md5-wrong", "payload-digest-wrong", "payload", "payload-and-md5", "payload-and-digest",
                             "sha1-of-header-wrong", "md5-in-the-wrong-header"})
    assert len(taken) > 50 and len(RIGHT_AND_WRONG) - len(taken) > 50


def test_the_same_verdict_as_rpms_own(spoilt, desk):
    folder, taken = spoilt
    shutil.copytree(folder, desk.spec / "rpms")
    desk.ini.write_text(CARRIER)
    done = desk.unsigned()
    assert done.returncode == 3, done.stderr
    refused = set(re.findall(r"/rpms/(\S+)\.rpm: is not a complete RPM", done.stderr))
    assert set(RIGHT_AND_WRONG) - refused == taken, done.stderr
