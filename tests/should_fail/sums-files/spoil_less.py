# SPDX-License-Identifier: GPL-2.0-or-later
"""A file less."""


def spoil(kit):
    kit.sum_up()
    kit.path("README.txt").unlink()
