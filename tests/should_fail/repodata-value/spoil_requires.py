# SPDX-License-Identifier: GPL-2.0-or-later
"""A requirement is left out."""


def spoil(kit):
    kit.change_metadata("primary", '<rpm:entry name="platform-version"[^>]*/>', "")
