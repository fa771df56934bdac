# SPDX-License-Identifier: GPL-2.0-or-later
"""There is none."""


def spoil(kit):
    for path in kit.tree.glob("repodata/*"):
        path.unlink()
