# SPDX-License-Identifier: GPL-2.0-or-later
"""Not ASCII."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", "QuantaStor", "Qu\u00e4ntaStor")
