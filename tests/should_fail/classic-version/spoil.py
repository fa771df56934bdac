# SPDX-License-Identifier: GPL-2.0-or-later
"""Raises in the product's own version.py."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'version="5.6.0"', 'version="5.6rc1"')
