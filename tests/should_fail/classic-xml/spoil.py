# SPDX-License-Identifier: GPL-2.0-or-later
"""Only half of it."""
BASE = "classic"


def spoil(kit):
    kit.path("XS-PACKAGES").unlink()
