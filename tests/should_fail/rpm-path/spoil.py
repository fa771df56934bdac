# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder that leads elsewhere."""
from kit import LABEL, PAYLOAD


def spoil(kit):
    path, folder = kit.path(PAYLOAD), f"\0/opt/{LABEL}/bin/\0".encode()
    data = path.read_bytes()
    assert folder in data
    path.write_bytes(data.replace(folder, folder[:-len(b"h/bin/\0")] + b"/../a/\0"))
