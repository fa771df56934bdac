# SPDX-License-Identifier: GPL-2.0-or-later
"""Nobody may run it."""
BASE = "classic"


def spoil(kit):
    kit.path("install").chmod(0o644)
