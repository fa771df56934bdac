# SPDX-License-Identifier: GPL-2.0-or-later
"""A byte behind the last file: xorriso fills 150 sectors up there."""


def spoil(kit):
    def change(data):
        assert not any(data[-150 * 2048:])
        data[-149 * 2048] = 1
    kit.after.append(change)
