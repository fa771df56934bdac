# SPDX-License-Identifier: GPL-2.0-or-later
"""A NUL byte in a line."""


def spoil(kit):
    kit.sum_up(lambda text: text.replace("  install\n", "  install\0\n"))
