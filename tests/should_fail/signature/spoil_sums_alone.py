# SPDX-License-Identifier: GPL-2.0-or-later
"""A signature without its list."""


def spoil(kit):
    kit.sum_up()
    kit.path("SHA256SUMS").unlink()
