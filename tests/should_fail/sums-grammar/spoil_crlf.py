# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines that end as on Windows."""


def spoil(kit):
    kit.sum_up(lambda text: text.replace("\n", "\r\n"))
