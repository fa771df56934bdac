# SPDX-License-Identifier: GPL-2.0-or-later
"""Plain, under the same name."""


def spoil(kit):
    kit.put_metadata("primary", kit.metadata("primary"), pack=bytes)
