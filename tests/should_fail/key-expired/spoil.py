# SPDX-License-Identifier: GPL-2.0-or-later
"""Since years."""
from kit import KEY


def spoil(kit):
    old = kit.make_key(uid="old <old@invalid>", expires="30d")
    kit.path(KEY).write_text(old.public.read_text())
