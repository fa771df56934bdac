# SPDX-License-Identifier: GPL-2.0-or-later
"""Two Joliet trees: the first counts for Linux, the last for DiscUtils."""


def spoil(kit):
    kit.way = "second_joliet"
