# SPDX-License-Identifier: GPL-2.0-or-later
"""No digest."""
PUBLISHED = True


def spoil(kit):
    kit.beside[".sha256"] = "spoilt.iso\n"
