# SPDX-License-Identifier: GPL-2.0-or-later
"""Two records that go on in one place."""


def spoil(kit):
    kit.way = "shared_area"
