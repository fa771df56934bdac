# SPDX-License-Identifier: GPL-2.0-or-later
"""The list was changed with the file."""
from support import sums_of


def spoil(kit):
    kit.sum_up()
    kit.replace("README.txt", "vendor", "seller")
    (kit.tree / "SHA256SUMS").write_text(sums_of(kit.tree))
