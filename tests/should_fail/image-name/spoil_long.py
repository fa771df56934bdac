# SPDX-License-Identifier: GPL-2.0-or-later
"""A name Linux cuts."""


def spoil(kit):
    kit.way = "name_of_254_bytes"
