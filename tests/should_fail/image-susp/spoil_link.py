# SPDX-License-Identifier: GPL-2.0-or-later
"""A symbolic link that is a file, too."""


def spoil(kit):
    kit.way = "link"
