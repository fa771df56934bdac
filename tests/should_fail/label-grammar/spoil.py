# SPDX-License-Identifier: GPL-2.0-or-later
"""yum's own section."""
from kit import LABEL


def spoil(kit):
    kit.update(f'name-label="{LABEL}"', 'name-label="main"')
