# SPDX-License-Identifier: GPL-2.0-or-later
"""SHA-1."""


def spoil(kit):
    path = kit.path("update.xml.asc")
    path.unlink()
    kit.key.gpg("--digest-algo", "SHA1", "--armor", "--output", path, "--detach-sign", kit.path("update.xml"))
