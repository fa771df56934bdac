# SPDX-License-Identifier: GPL-2.0-or-later
"""An associated file, which Linux does not show."""


def spoil(kit):
    kit.way = "record_with_flags_4"
