# SPDX-License-Identifier: GPL-2.0-or-later
"""One bit of a package's signature of its header, in what the signed metadata list."""
import re

from kit import PAYLOAD


def spoil(kit):
    data = kit.path(PAYLOAD).read_bytes()
    # RFC 4880 4.2, 5.2.3: a signature packet of version 4, binary, RSA, SHA-256; the header's comes first.
    packet = re.search(rb"\x89[\x01\x02].\x04\x00\x01\x08", data, re.S)
    kit.flip(PAYLOAD, packet.start() + 150)
    kit.remake_repodata()
