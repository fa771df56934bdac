# SPDX-License-Identifier: GPL-2.0-or-later
"""The last line does not end."""


def spoil(kit):
    kit.sum_up(str.rstrip)
