# SPDX-License-Identifier: GPL-2.0-or-later
"""Joliet alone."""


def spoil(kit):
    kit.words.append("--norock")
