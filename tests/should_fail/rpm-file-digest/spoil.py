# SPDX-License-Identifier: GPL-2.0-or-later
"""MD5, as for XenServer 6."""
from kit import EL5


def spoil(kit):
    kit.add_rpm(macros=EL5)
