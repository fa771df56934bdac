# SPDX-License-Identifier: GPL-2.0-or-later
"""other is not listed."""


def spoil(kit):
    kit.change_repomd('(?s)<data type="other">.*?</data>', "")
