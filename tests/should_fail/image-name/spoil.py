# SPDX-License-Identifier: GPL-2.0-or-later
"""A dot at the end of a name, which Windows drops."""


def spoil(kit):
    kit.way = "name_'update.xml.'"
