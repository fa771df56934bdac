# SPDX-License-Identifier: GPL-2.0-or-later
"""SHA-1."""


def spoil(kit):
    kit.add_rpm(digest="sha1")
