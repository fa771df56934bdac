# SPDX-License-Identifier: GPL-2.0-or-later
"""filelists is not gzip."""


def spoil(kit):
    kit.put_metadata("filelists", "no gzip", pack=bytes)
