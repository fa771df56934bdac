# SPDX-License-Identifier: GPL-2.0-or-later
"""A byte between the end of a file and the end of its sector."""


def spoil(kit):
    size = len((kit.tree / "README.txt").read_bytes())
    assert size % 2048 != 0

    def change(data):
        start = data.index((kit.tree / "README.txt").read_bytes())
        data[start + size] = 0x41
    kit.after.append(change)
