# SPDX-License-Identifier: GPL-2.0-or-later
"""A path that leads out of the image."""


def spoil(kit):
    kit.sum_up(lambda text: "0" * 64 + "  ../etc/passwd\n" + text)
