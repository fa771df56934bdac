# SPDX-License-Identifier: GPL-2.0-or-later
"""One package is not signed."""


def spoil(kit):
    kit.add_rpm(signed=False)
