# SPDX-License-Identifier: GPL-2.0-or-later
"""The last byte of an image of suppack's own, in the last sector of its last file."""


def spoil(kit):
    def change(data):
        assert data[-1] == 0
        data[-1] = 0xff
    kit.as_it_was = True
    kit.after.append(change)
