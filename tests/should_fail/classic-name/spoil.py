# SPDX-License-Identifier: GPL-2.0-or-later
"""A blank."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'originator="osnexus"', 'originator="os nexus"')
