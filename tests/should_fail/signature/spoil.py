# SPDX-License-Identifier: GPL-2.0-or-later
"""Changed after it was signed."""


def spoil(kit):
    kit.replace("update.xml", "QuantaStor", "Quantastor")
