# SPDX-License-Identifier: GPL-2.0-or-later
"""repomd.xml is not XML."""


def spoil(kit):
    kit.change_repomd("</repomd>", "")
