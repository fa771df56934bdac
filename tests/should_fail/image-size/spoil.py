# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes behind the last sector."""


def spoil(kit):
    kit.after.append(lambda data: data + bytes(100))
