# SPDX-License-Identifier: GPL-2.0-or-later
"""zz is update.xml to who reads ISO 9660 names."""


def spoil(kit):
    kit.way = "iso_name_of_another"
