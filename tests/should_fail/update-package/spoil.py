# SPDX-License-Identifier: GPL-2.0-or-later
"""The label names no update package."""
from kit import LABEL


def spoil(kit):
    kit.update(f'name-label="{LABEL}"', 'name-label="another"')
