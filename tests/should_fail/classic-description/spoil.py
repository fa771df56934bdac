# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi takes the first element for it."""
BASE = "classic"


def spoil(kit):
    text = kit.path("XS-REPOSITORY").read_text().splitlines(keepends=True)
    text[1], text[2] = text[2], text[1]
    kit.path("XS-REPOSITORY").write_text("".join(text))
