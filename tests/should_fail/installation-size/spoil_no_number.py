# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi takes what is no number for 0."""


def spoil(kit):
    kit.update('installation-size="[0-9]+"', 'installation-size="1 MiB"')
