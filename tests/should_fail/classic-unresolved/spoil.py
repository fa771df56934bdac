# SPDX-License-Identifier: GPL-2.0-or-later
"""Only some hosts have that repository, and a missing one is fatal."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'name="main" originator="xs"', 'name="base" originator="acme"')
