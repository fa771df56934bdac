# SPDX-License-Identifier: GPL-2.0-or-later
"""A byte in the space between directory records."""


def spoil(kit):
    def change(data):
        root = int.from_bytes(data[16 * 2048 + 158:16 * 2048 + 162], "little") * 2048
        assert data[root + 2047] == 0
        data[root + 2047] = 1
    kit.after.append(change)
