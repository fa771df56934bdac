# SPDX-License-Identifier: GPL-2.0-or-later
"""Another fingerprint in README.txt."""


def spoil(kit):
    kit.sum_up()
    kit.replace("README.txt", "[0-9A-F]{4} ", "0000 ")
