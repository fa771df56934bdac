# SPDX-License-Identifier: GPL-2.0-or-later
"""UPDATE.XML beside update.xml."""


def spoil(kit):
    kit.way = "differs_in_case"
