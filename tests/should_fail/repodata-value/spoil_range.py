# SPDX-License-Identifier: GPL-2.0-or-later
"""The header lies elsewhere."""


def spoil(kit):
    kit.change_metadata("primary", 'header-range start="', 'header-range start="1')
