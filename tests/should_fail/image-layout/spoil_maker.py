# SPDX-License-Identifier: GPL-2.0-or-later
"""One of the two places that say who laid the image out says somebody else."""


def spoil(kit):
    def change(data):
        at = 16 * 2048 + 574
        assert data[at:at + 7] == b"SUPPACK"
        data[at:at + 7] = b"XORRISO"
    kit.as_it_was = True
    kit.after.append(change)
