# SPDX-License-Identifier: GPL-2.0-or-later
"""On an image nobody signed."""
BASE = "unsigned"


def spoil(kit):
    kit.flip("install", 100)
    kit.sums_are_final = True
