# SPDX-License-Identifier: GPL-2.0-or-later
"""Single quotes."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'test="ge"', "test='ge'")
