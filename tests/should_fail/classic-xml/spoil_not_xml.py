# SPDX-License-Identifier: GPL-2.0-or-later
"""Not XML."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", "</repository>", "")
