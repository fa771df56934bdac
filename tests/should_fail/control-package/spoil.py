# SPDX-License-Identifier: GPL-2.0-or-later
"""It is not on the image."""


def spoil(kit):
    kit.update('control="[^"]*"', 'control="control-other"')
