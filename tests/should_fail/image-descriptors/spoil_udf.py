# SPDX-License-Identifier: GPL-2.0-or-later
"""Another file system beside ISO 9660."""


def spoil(kit):
    kit.way = "udf_behind"
