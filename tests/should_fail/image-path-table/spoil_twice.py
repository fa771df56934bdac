# SPDX-License-Identifier: GPL-2.0-or-later
"""A path table with one folder twice, and another not at all."""


def spoil(kit):
    kit.way = "path_table_with_a_folder_twice"
