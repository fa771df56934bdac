# SPDX-License-Identifier: GPL-2.0-or-later
"""The two halves are of two versions."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'version="1.0.0"', 'version="1.0.1"')
