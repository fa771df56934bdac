# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi demands a version."""


def spoil(kit):
    kit.update(r' version="[^"]*"', "")
