# SPDX-License-Identifier: GPL-2.0-or-later
"""Listed and not there."""
from kit import CLASSIC_RPM

BASE = "classic"


def spoil(kit):
    (kit.tree / CLASSIC_RPM).unlink()
