# SPDX-License-Identifier: GPL-2.0-or-later
"""It lists nothing."""


def spoil(kit):
    kit.sum_up(lambda text: "")
