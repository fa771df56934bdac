# SPDX-License-Identifier: GPL-2.0-or-later
"""One bit of a signature of header and payload, as rpm made them until 4.14, beside a good one of the header."""
from kit import PAYLOAD
from rpm_bytes import BIN, PGP, Package


def spoil(kit):
    path = kit.path(PAYLOAD)
    kit.sign_rpm(path, how=["--rpmv3"])
    package = Package(path)
    old = package.signature.get(PGP)
    package.signature.set(PGP, BIN, old[:-9] + bytes([old[-9] ^ 1]) + old[-8:])
    package.write(path)
    kit.remake_repodata()
