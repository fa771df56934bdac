# SPDX-License-Identifier: GPL-2.0-or-later
"""HFS begins in the system area."""


def spoil(kit):
    kit.way = "stray_at_1024"
