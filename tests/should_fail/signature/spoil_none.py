# SPDX-License-Identifier: GPL-2.0-or-later
"""Not there."""


def spoil(kit):
    kit.path("update.xml.asc").unlink()
