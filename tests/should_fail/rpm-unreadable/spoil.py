# SPDX-License-Identifier: GPL-2.0-or-later
"""A file that is an RPM by its name only."""


def spoil(kit):
    (kit.tree / "Packages/zz.rpm").write_text("no RPM")
