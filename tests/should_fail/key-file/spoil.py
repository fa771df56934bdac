# SPDX-License-Identifier: GPL-2.0-or-later
"""update.xml names it and it is not there."""
from kit import KEY


def spoil(kit):
    kit.path(KEY).unlink()
