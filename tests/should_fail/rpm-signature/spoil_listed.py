# SPDX-License-Identifier: GPL-2.0-or-later
"""One bit of a carried package's signature of its header, in what the signed metadata list."""
import re

from kit import CARRIED

BASE = "carrying"


def spoil(kit):
    # RFC 4880 4.2, 5.2.3: a signature packet of version 4, binary, RSA, SHA-256 to 512; the header's comes first.
    packet = re.search(rb"\x89[\x01\x02].\x04\x00\x01[\x08-\x0a]", kit.path(CARRIED).read_bytes(), re.S)
    kit.flip(CARRIED, packet.start() + 150)
    kit.remake_repodata()
