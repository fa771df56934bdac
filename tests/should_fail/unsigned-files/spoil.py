# SPDX-License-Identifier: GPL-2.0-or-later
"""As it was before there was a list: what no other signature covers is named."""


def spoil(kit):
    kit.path("SHA256SUMS").unlink()
    kit.path("SHA256SUMS.asc").unlink()
