# SPDX-License-Identifier: GPL-2.0-or-later
"""rpm 4.11 does not know and, or, if."""


def spoil(kit):
    kit.add_rpm("Requires: (foo or bar)")
