# SPDX-License-Identifier: GPL-2.0-or-later
"""Nobody to trust was named."""


def spoil(kit):
    kit.keyring = None
