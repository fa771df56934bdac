# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of that name."""


def spoil(kit):
    kit.path("SHA256SUMS.asc").unlink()
    kit.path("SHA256SUMS").unlink()
    (kit.tree / "SHA256SUMS").mkdir()
    kit.sums_are_final = True
