# SPDX-License-Identifier: GPL-2.0-or-later
"""A file that ends behind the image."""


def spoil(kit):
    kit.way = "beyond_the_end"
