# SPDX-License-Identifier: GPL-2.0-or-later
"""One bit of a carried package's payload, in what the signed metadata list: their signer's word is enough to `publish`."""
from kit import CARRIED

BASE, PUBLISHED = "carrying", True


def spoil(kit):
    kit.flip(CARRIED, -10)
    kit.remake_repodata()
