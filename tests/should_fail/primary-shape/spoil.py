# SPDX-License-Identifier: GPL-2.0-or-later
"""Two locations: host-installer pairs the lists by position."""


def spoil(kit):
    kit.change_metadata("primary", "(<location [^>]*/>)", r"\1\1")
