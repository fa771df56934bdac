# SPDX-License-Identifier: GPL-2.0-or-later
"""Only sha256 is counted."""


def spoil(kit):
    kit.change_repomd('<checksum type="sha256">', '<checksum type="sha">')
