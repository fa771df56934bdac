# SPDX-License-Identifier: GPL-2.0-or-later
"""Unknown to the installer."""
from kit import CLASSIC_RPM

BASE = "classic"


def spoil(kit):
    kit.list_classic(CLASSIC_RPM, type="deb")
