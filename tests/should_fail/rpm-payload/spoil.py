# SPDX-License-Identifier: GPL-2.0-or-later
"""Not compressed at all, and it says so."""
from kit import PAYLOAD


def spoil(kit):
    path = kit.path(PAYLOAD)
    path.write_bytes(path.read_bytes().replace(b"\0gzip\0", b"\0lrzp\0"))
