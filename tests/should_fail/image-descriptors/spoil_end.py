# SPDX-License-Identifier: GPL-2.0-or-later
"""A list of descriptors without an end."""


def spoil(kit):
    kit.way = "no_end"
