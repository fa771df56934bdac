# SPDX-License-Identifier: GPL-2.0-or-later
"""In a folder."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-PACKAGES", ">acme-tools", ">./acme-tools")
