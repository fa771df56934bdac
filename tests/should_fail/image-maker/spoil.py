# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing is wrong: another program laid the files out."""


def spoil(kit):
    assert "xorriso" in kit.write().read_bytes()[16 * 2048:17 * 2048].decode("latin-1").lower()
