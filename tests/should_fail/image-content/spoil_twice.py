# SPDX-License-Identifier: GPL-2.0-or-later
"""Two listed packages of one name."""
import shutil

from kit import CARRIED

BASE = "carrying"
ANOTHER = "carried-1.0-2.noarch.rpm"


def spoil(kit):
    shutil.copy(kit.path(CARRIED), kit.path(CARRIED).with_name(ANOTHER))
    kit.remake_repodata()
    kit.change_metadata("primary", f'href="Packages/{ANOTHER}"', f'href="{CARRIED}"')
    kit.after.append(lambda data: bytearray(bytes(data).replace(ANOTHER.encode(), CARRIED.split("/")[1].encode())))
