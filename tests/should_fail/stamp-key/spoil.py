# SPDX-License-Identifier: GPL-2.0-or-later
"""The stamp names a key."""


def spoil(kit):
    kit.put_update(stamp=kit.path("update.xml").read_text())
