# SPDX-License-Identifier: GPL-2.0-or-later
"""The user trusts somebody else."""


def spoil(kit):
    kit.keyring = [kit.make_key(uid="other <other@invalid>")]
