# SPDX-License-Identifier: GPL-2.0-or-later
"""Rock Ridge alone."""


def spoil(kit):
    kit.words.remove("-J")
    kit.words.remove("-joliet-long")
