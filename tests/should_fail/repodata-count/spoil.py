# SPDX-License-Identifier: GPL-2.0-or-later
"""One package less than it says."""


def spoil(kit):
    kit.change_metadata("primary", 'packages="3"', 'packages="4"')
