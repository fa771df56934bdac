# SPDX-License-Identifier: GPL-2.0-or-later
"""A file only root may read."""


def spoil(kit):
    kit.path("README.txt").chmod(0o600)
