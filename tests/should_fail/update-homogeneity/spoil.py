# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi takes yes for false."""


def spoil(kit):
    kit.update('enforce-homogeneity="true"', 'enforce-homogeneity="yes"')
