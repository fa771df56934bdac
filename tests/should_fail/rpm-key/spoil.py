# SPDX-License-Identifier: GPL-2.0-or-later
"""By another key than the image's."""


def spoil(kit):
    kit.add_rpm(key=kit.make_key(uid="other <other@invalid>"))
