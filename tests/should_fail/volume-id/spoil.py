# SPDX-License-Identifier: GPL-2.0-or-later
"""The writing program's own default."""


def spoil(kit):
    kit.words[kit.words.index("-V") + 1] = "ISOIMAGE"
