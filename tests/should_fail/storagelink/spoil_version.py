# SPDX-License-Identifier: GPL-2.0-or-later
"""The rule of another version of the pack."""


def spoil(kit):
    conf = kit.path("storagelink/storagelink.conf")
    conf.write_bytes(conf.read_bytes().replace(b"version=1.0.0", b"version=0.9"))
