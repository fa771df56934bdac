# SPDX-License-Identifier: GPL-2.0-or-later
"""An entity, which nobody decodes."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", "QuantaStor", "Quanta &amp; Stor")
