# SPDX-License-Identifier: GPL-2.0-or-later
"""Signed as rpm did before 4.14, where the header says nothing of the payload; then the signature of both is gone, and
the payload another one that its MD5 follows."""
from kit import PAYLOAD
from rpm_bytes import BIN, MD5, PAYLOADDIGEST, PAYLOADDIGESTALGO, PAYLOADDIGESTALT, PGP, RSA, Package


def spoil(kit):
    path = kit.path(PAYLOAD)
    package = Package(path)
    for tag in (PAYLOADDIGEST, PAYLOADDIGESTALGO, PAYLOADDIGESTALT):
        package.header.drop(tag)
    package.signature.drop(RSA)
    package.follow(MD5)
    package.write(path)
    kit.sign_rpm(path)
    package = Package(path)
    assert package.signature.get(PGP) and package.signature.get(RSA)
    package.signature.drop(PGP)
    package.payload = b"anything at all"
    package.signature.set(MD5, BIN, package.md5)
    package.write(path)
    kit.remake_repodata()
