# SPDX-License-Identifier: GPL-2.0-or-later
"""Ignored by rpm 4.11."""


def spoil(kit):
    kit.add_rpm("Recommends: foo")
