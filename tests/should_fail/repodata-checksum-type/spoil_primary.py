# SPDX-License-Identifier: GPL-2.0-or-later
"""The same in primary."""


def spoil(kit):
    kit.change_metadata("primary", '<checksum type="sha256"', '<checksum type="sha512"')
