# SPDX-License-Identifier: GPL-2.0-or-later
"""Its SHA-256 under a number no rpm knows."""
from kit import PAYLOAD


def spoil(kit):
    path = kit.path(PAYLOAD)
    data = path.read_bytes()
    old, new = (273).to_bytes(4, "big"), (1099).to_bytes(4, "big")
    at = data.index(old + (6).to_bytes(4, "big"), 96)  # its entry in the signature header: a string
    path.write_bytes(data[:at] + new + data[at + 4:])
