# SPDX-License-Identifier: GPL-2.0-or-later
"""No signature anywhere."""
BASE = "unsigned"


def spoil(kit):
    kit.keyring = None
