# SPDX-License-Identifier: GPL-2.0-or-later
"""XenServer 6.2 is i386."""
BASE = "classic"


def spoil(kit):
    kit.put_classic(target="x86_64")
