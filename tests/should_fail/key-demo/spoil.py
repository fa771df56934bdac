# SPDX-License-Identifier: GPL-2.0-or-later
"""Beside another user id."""
from kit import KEY


def spoil(kit):
    demo = kit.make_key(uid="somebody <somebody@invalid>")
    demo.gpg("--quick-add-uid", demo.id, "suppack DEMO KEY <demo@invalid>")
    demo.gpg("--quick-set-primary-uid", demo.id, "somebody <somebody@invalid>")
    kit.path(KEY).write_text(demo.gpg("--armor", "--export", demo.id).stdout)
