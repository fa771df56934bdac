# SPDX-License-Identifier: GPL-2.0-or-later
"""A package is left out of other."""


def spoil(kit):
    kit.change_metadata("other", '(?s)packages="3">(.*?)<package .*?</package>', r'packages="2">\1')
