# SPDX-License-Identifier: GPL-2.0-or-later
"""A self-signature with SHA-1, as gnupg 2.0 makes it."""
from kit import KEY


def spoil(kit):
    old = kit.make_key(uid="old <old@invalid>", digest="SHA1")
    kit.path(KEY).write_text(old.public.read_text())
