# SPDX-License-Identifier: GPL-2.0-or-later
"""It says another version."""


def spoil(kit):
    kit.put_update(stamp=kit.stamp().replace("1.0.0", "1.0.1"))
