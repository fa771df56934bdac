# SPDX-License-Identifier: GPL-2.0-or-later
"""One bit of the pack's own payload, in what the signed metadata list."""
from kit import PAYLOAD


def spoil(kit):
    kit.flip(PAYLOAD, -100)
    kit.remake_repodata()
