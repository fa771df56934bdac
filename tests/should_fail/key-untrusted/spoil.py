# SPDX-License-Identifier: GPL-2.0-or-later
"""Not in the keyring."""


def spoil(kit):
    kit.keyring = [kit.make_key(uid="other <other@invalid>")]
