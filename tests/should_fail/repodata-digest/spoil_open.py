# SPDX-License-Identifier: GPL-2.0-or-later
"""What the group unpacks to."""


def spoil(kit):
    kit.change_repomd('open-checksum type="sha256">.', 'open-checksum type="sha256">x')
