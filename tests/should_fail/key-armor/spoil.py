# SPDX-License-Identifier: GPL-2.0-or-later
"""A changed letter, for which the checksum is there."""
from kit import KEY


def spoil(kit):
    path = kit.path(KEY)
    lines = path.read_text().splitlines(keepends=True)
    lines[5] = ("A" if lines[5][0] != "A" else "B") + lines[5][1:]
    path.write_text("".join(lines))
