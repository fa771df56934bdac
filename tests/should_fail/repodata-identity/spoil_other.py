# SPDX-License-Identifier: GPL-2.0-or-later
"""other knows another version."""


def spoil(kit):
    kit.change_metadata("other", 'ver="1.0.0"', 'ver="1.0.1"')
