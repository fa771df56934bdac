# SPDX-License-Identifier: GPL-2.0-or-later
"""Expired: gpg says EXPKEYSIG, never GOODSIG."""


def spoil(kit):
    old = kit.make_key(uid="old <old@invalid>", expires="30d")
    kit.keyring.append(old)
    old.sign_detached(kit.path("update.xml"), faked_time="20200102T000000")
