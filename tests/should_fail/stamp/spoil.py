# SPDX-License-Identifier: GPL-2.0-or-later
"""A stamp that breaks resync_host for good."""


def spoil(kit):
    kit.put_update(stamp="<update")
