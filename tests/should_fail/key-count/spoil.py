# SPDX-License-Identifier: GPL-2.0-or-later
"""import-update-key takes exactly one."""
from kit import KEY


def spoil(kit):
    other = kit.make_key(uid="other <other@invalid>")
    kit.key.gpg("--import", other.public)
    kit.path(KEY).write_text(kit.key.gpg("--armor", "--export").stdout)
    kit.key.gpg("--yes", "--delete-keys", other.id)
