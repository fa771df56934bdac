# SPDX-License-Identifier: GPL-2.0-or-later
"""A file is listed twice."""


def spoil(kit):
    kit.sum_up(lambda text: text.replace(text.splitlines(True)[3], text.splitlines(True)[3] * 2))
