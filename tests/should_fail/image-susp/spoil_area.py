# SPDX-License-Identifier: GPL-2.0-or-later
"""A name in an area that libarchive reads, and Linux does not."""


def spoil(kit):
    kit.way = "area_linux_does_not_follow"
