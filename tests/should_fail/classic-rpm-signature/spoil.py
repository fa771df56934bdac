# SPDX-License-Identifier: GPL-2.0-or-later
"""Of version 4."""
from kit import CLASSIC_RPM

BASE = "classic"


def spoil(kit):
    kit.sign_rpm(kit.tree / CLASSIC_RPM)
    kit.list_classic(CLASSIC_RPM)
