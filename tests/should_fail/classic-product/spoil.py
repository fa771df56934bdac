# SPDX-License-Identifier: GPL-2.0-or-later
"""A product there is not."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", 'product="XenServer" version="1', 'product="Xen" version="1')
