# SPDX-License-Identifier: GPL-2.0-or-later
"""Of another image."""
PUBLISHED = True


def spoil(kit):
    (kit.base / "other").write_text("other")
    kit.beside[".asc"] = kit.key.sign_detached(kit.base / "other").read_text()
