# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi cannot run it."""


def spoil(kit):
    kit.put_control(mode="0644")
