# SPDX-License-Identifier: GPL-2.0-or-later
"""No label."""
from kit import CLASSIC_RPM

BASE = "classic"


def spoil(kit):
    kit.list_classic(CLASSIC_RPM, label=None)
