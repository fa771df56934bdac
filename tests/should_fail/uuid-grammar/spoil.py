# SPDX-License-Identifier: GPL-2.0-or-later
"""In capitals it is another string to xapi."""


def spoil(kit):
    kit.update('uuid="10bea843', 'uuid="10BEA843')
