# SPDX-License-Identifier: GPL-2.0-or-later
"""By the key on the image, which the user does not trust."""
PUBLISHED = True


def spoil(kit):
    kit.beside[".asc"] = kit.key.sign_detached(kit.write()).read_text()
    kit.keyring = [kit.make_key(uid="other <other@invalid>")]
