# SPDX-License-Identifier: GPL-2.0-or-later
"""A package from elsewhere."""


def spoil(kit):
    kit.change_metadata("primary", 'location href=', 'location xml:base="http://192.0.2.1/" href=')
