# SPDX-License-Identifier: GPL-2.0-or-later
"""A file in two parts, each with another name: Linux opens the first as the second."""


def spoil(kit):
    kit.way = "parts_of_two_names"
