# SPDX-License-Identifier: GPL-2.0-or-later
"""One name ends in another."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", ' version="1', ' nickname="x" version="1')
