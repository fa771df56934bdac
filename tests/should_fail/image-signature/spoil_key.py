# SPDX-License-Identifier: GPL-2.0-or-later
"""By somebody nobody named."""
PUBLISHED = True


def spoil(kit):
    iso = kit.write()
    kit.beside[".asc"] = kit.make_key(uid="other <other@invalid>").sign_detached(iso).read_text()
