# SPDX-License-Identifier: GPL-2.0-or-later
"""A byte of filelists."""


def spoil(kit):
    kit.flip("filelists", -1)
