# SPDX-License-Identifier: GPL-2.0-or-later
"""No such test."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'test="ge"', 'test="newer"')
