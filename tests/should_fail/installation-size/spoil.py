# SPDX-License-Identifier: GPL-2.0-or-later
"""Less than the payload takes."""


def spoil(kit):
    kit.update('installation-size="[0-9]+"', 'installation-size="1"')
