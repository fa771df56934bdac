# SPDX-License-Identifier: GPL-2.0-or-later
"""A changed installer of the classic half."""


def spoil(kit):
    kit.sum_up()
    kit.replace("install", "set -u", "set -u; reboot")
