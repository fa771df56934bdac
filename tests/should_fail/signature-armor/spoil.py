# SPDX-License-Identifier: GPL-2.0-or-later
"""gpg passes over what stands before it."""


def spoil(kit):
    path = kit.path("update.xml.asc")
    path.write_text("Please check this:\n\n" + path.read_text())
