# SPDX-License-Identifier: GPL-2.0-or-later
"""A listed package whose name leads out of the image."""
from kit import CARRIED

BASE = "carrying"
NAME, OUTSIDE = "xx_xx_outside.rpm", "../../outside.rpm"


def spoil(kit):
    old = kit.path(CARRIED)
    old.rename(old.with_name(NAME))
    kit.remake_repodata()
    kit.change_metadata("primary", f'href="Packages/{NAME}"', f'href="Packages/{OUTSIDE}"')
    kit.after.append(lambda data: bytearray(bytes(data).replace(NAME.encode(), OUTSIDE.encode())))
