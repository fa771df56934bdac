# SPDX-License-Identifier: GPL-2.0-or-later
"""An empty line and a comment."""


def spoil(kit):
    kit.sum_up(lambda text: "# all files\n\n" + text)
