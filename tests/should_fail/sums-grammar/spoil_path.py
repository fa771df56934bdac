# SPDX-License-Identifier: GPL-2.0-or-later
"""A path that is written in another way than it is."""


def spoil(kit):
    kit.sum_up(lambda text: text.replace("  install.sh", "  ./install.sh"))
