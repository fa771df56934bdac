# SPDX-License-Identifier: GPL-2.0-or-later
"""Without a uuid no stamp can be written."""


def spoil(kit):
    kit.update("</update>", '<rollsup name-label="x"/></update>')
