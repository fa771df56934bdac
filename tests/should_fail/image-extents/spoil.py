# SPDX-License-Identifier: GPL-2.0-or-later
"""A file that begins as another and is shorter."""


def spoil(kit):
    kit.way = "file_over_a_part_of_a_file"
