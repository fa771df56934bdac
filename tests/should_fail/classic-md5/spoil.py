# SPDX-License-Identifier: GPL-2.0-or-later
"""Changed afterwards."""
from kit import CLASSIC_RPM

BASE = "classic"


def spoil(kit):
    kit.flip(CLASSIC_RPM, -1)
