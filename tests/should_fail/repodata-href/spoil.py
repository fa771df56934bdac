# SPDX-License-Identifier: GPL-2.0-or-later
"""Metadata from elsewhere."""


def spoil(kit):
    kit.change_repomd('href="repodata/', 'href="http://192.0.2.1/repodata/')
