# SPDX-License-Identifier: GPL-2.0-or-later
"""A payload newer than the one beside it."""
from kit import LABEL


def spoil(kit):
    kit.put_update(requires=f"{LABEL} >= 9")
