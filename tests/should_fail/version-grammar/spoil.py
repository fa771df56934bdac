# SPDX-License-Identifier: GPL-2.0-or-later
"""No RPM can have this version."""


def spoil(kit):
    kit.update('version="1.0.0"', 'version="1.0 beta"')
