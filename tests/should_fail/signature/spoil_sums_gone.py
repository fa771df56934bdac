# SPDX-License-Identifier: GPL-2.0-or-later
"""A list without its signature."""


def spoil(kit):
    kit.sum_up()
    kit.path("SHA256SUMS.asc").unlink()
