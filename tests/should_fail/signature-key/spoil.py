# SPDX-License-Identifier: GPL-2.0-or-later
"""By a key the user trusts and the image does not carry."""


def spoil(kit):
    other = kit.make_key(uid="other <other@invalid>")
    kit.keyring.append(other)
    kit.sign("update.xml", key=other)
