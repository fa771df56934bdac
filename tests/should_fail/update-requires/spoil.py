# SPDX-License-Identifier: GPL-2.0-or-later
"""A package nothing pulls in."""


def spoil(kit):
    kit.add_rpm()
