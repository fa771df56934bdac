# SPDX-License-Identifier: GPL-2.0-or-later
"""An escaped name, as sha256sum writes one with a backslash in it."""


def spoil(kit):
    kit.sum_up(lambda text: text + "\\" + "0" * 64 + "  zz\\\\\n")
