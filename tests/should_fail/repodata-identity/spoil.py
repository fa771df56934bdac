# SPDX-License-Identifier: GPL-2.0-or-later
"""Another name."""
from kit import LABEL


def spoil(kit):
    kit.change_metadata("primary", f"<name>{LABEL}", f"<name>{LABEL}x")
