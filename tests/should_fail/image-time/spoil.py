# SPDX-License-Identifier: GPL-2.0-or-later
"""One file is younger."""


def spoil(kit):
    kit.times["README.txt"] = 1700000001
