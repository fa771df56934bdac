# SPDX-License-Identifier: GPL-2.0-or-later
"""One bit of the payload."""
from kit import PAYLOAD


def spoil(kit):
    kit.flip(PAYLOAD, -100)
