# SPDX-License-Identifier: GPL-2.0-or-later
"""An RR entry that denies the name: Linux takes the ISO 9660 name, which is another file's."""


def spoil(kit):
    kit.way = "rr_that_denies_the_name"
