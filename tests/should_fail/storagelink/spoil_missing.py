# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of the half is missing."""


def spoil(kit):
    kit.path("storagelink/README.txt").unlink()
