# SPDX-License-Identifier: GPL-2.0-or-later
"""rpm 4.4 knows MD5 only."""
from kit import EL7

BASE = "classic"


def spoil(kit):
    kit.put_classic(macros=EL7)
