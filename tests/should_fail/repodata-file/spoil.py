# SPDX-License-Identifier: GPL-2.0-or-later
"""filelists is not there."""


def spoil(kit):
    kit.path("filelists").unlink()
