# SPDX-License-Identifier: GPL-2.0-or-later
"""Other than the order of the paths."""


def spoil(kit):
    kit.sum_up(lambda text: "".join(sorted(text.splitlines(True), key=lambda line: line.split()[1].lower())))
