# SPDX-License-Identifier: GPL-2.0-or-later
"""A path table that has a folder elsewhere."""


def spoil(kit):
    def change(data):
        table = int.from_bytes(data[16 * 2048 + 140:16 * 2048 + 144], "little") * 2048
        data[table + 10 + 2] ^= 1  # the first folder below the root
    kit.after.append(change)
