# SPDX-License-Identifier: GPL-2.0-or-later
"""Upper-case digits."""


def spoil(kit):
    kit.sum_up(lambda text: text[:64].upper() + text[64:])
