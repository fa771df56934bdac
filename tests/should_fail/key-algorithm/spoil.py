# SPDX-License-Identifier: GPL-2.0-or-later
"""ECC, which rpm 4.11 does not know."""
from kit import KEY


def spoil(kit):
    curve = kit.make_key(uid="curve <curve@invalid>", algorithm="ed25519")
    kit.path(KEY).write_text(curve.public.read_text())
