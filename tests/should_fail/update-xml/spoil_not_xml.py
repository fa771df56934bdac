# SPDX-License-Identifier: GPL-2.0-or-later
"""Not XML, signed or not."""


def spoil(kit):
    kit.update("</update>", "")
