# SPDX-License-Identifier: GPL-2.0-or-later
"""A new version with the old packages."""


def spoil(kit):
    kit.update('version="1.0.0"', 'version="2.0.0"')
