# SPDX-License-Identifier: GPL-2.0-or-later
"""One Joliet name for two files."""


def spoil(kit):
    kit.way = "joliet_name_twice"
