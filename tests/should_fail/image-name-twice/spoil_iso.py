# SPDX-License-Identifier: GPL-2.0-or-later
"""An ISO 9660 name that is another file's name."""


def spoil(kit):
    kit.way = "iso_name_that_is_a_name"
