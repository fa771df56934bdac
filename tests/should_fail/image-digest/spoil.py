# SPDX-License-Identifier: GPL-2.0-or-later
"""Of another image."""
PUBLISHED = True


def spoil(kit):
    kit.beside[".sha256"] = "0" * 64 + "  spoilt.iso\n"
