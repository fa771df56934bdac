# SPDX-License-Identifier: GPL-2.0-or-later
"""No signature."""
PUBLISHED = True


def spoil(kit):
    kit.beside[".asc"] = "no signature\n"
