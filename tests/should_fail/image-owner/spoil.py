# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody's uid."""


def spoil(kit):
    kit.words[kit.words.index("-uid") + 1] = "1000"
