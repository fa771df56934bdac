# SPDX-License-Identifier: GPL-2.0-or-later
"""A subkey signs."""
from kit import KEY


def spoil(kit):
    key = kit.make_key(uid="subkey <subkey@invalid>")
    key.gpg("--passphrase", "", "--quick-add-key", key.id, "rsa2048", "sign", "0", faked_time="20200101T000000")
    kit.path(KEY).write_text(key.gpg("--armor", "--export", key.id).stdout)
    kit.sign("update.xml", key=key)
