# SPDX-License-Identifier: GPL-2.0-or-later
"""rpm 4.11 does not order versions with a caret."""


def spoil(kit):
    kit.add_rpm(version="1.0^2")
