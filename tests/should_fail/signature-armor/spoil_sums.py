# SPDX-License-Identifier: GPL-2.0-or-later
"""Two armors."""


def spoil(kit):
    kit.sum_up()
    path = kit.path("SHA256SUMS.asc")
    path.write_text(path.read_text() * 2)
