# SPDX-License-Identifier: GPL-2.0-or-later
"""XenServer up to 6.5 runs it."""
BASE = "classic"


def spoil(kit):
    kit.path("install.sh").unlink()
