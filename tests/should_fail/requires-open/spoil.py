# SPDX-License-Identifier: GPL-2.0-or-later
"""Neither here nor declared."""


def spoil(kit):
    kit.add_rpm("Requires: something-else")
