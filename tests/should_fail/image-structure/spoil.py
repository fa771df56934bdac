# SPDX-License-Identifier: GPL-2.0-or-later
"""The root folder's place, stored twice, is changed once."""


def spoil(kit):
    def change(data):
        data[16 * 2048 + 156 + 6] ^= 1  # the big-endian half
    kit.after.append(change)
