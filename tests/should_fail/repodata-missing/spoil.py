# SPDX-License-Identifier: GPL-2.0-or-later
"""A package is left out of primary."""


def spoil(kit):
    kit.change_metadata("primary", "<package type.*?</package>", "")
