# SPDX-License-Identifier: GPL-2.0-or-later
"""A second stamp, of another update."""


def spoil(kit):
    text = kit.stamp()
    kit.put_update(stamp=text, name="00000000-0000-5000-8000-000000000001")
