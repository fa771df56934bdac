# SPDX-License-Identifier: GPL-2.0-or-later
"""A file more, in a folder of ours."""


def spoil(kit):
    kit.sum_up()
    (kit.tree / "storagelink" / "version.dll").write_text("MZ")
