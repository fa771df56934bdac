# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of the files, by a key the user trusts and the image does not carry."""


def spoil(kit):
    other = kit.make_key(uid="other <other@invalid>")
    kit.keyring.append(other)
    kit.sum_up(key=other)
