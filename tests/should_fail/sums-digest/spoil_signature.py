# SPDX-License-Identifier: GPL-2.0-or-later
"""Another good signature of update.xml, by the same key."""


def spoil(kit):
    kit.sum_up()
    kit.key.sign_detached(kit.path("update.xml"), faked_time="20210101T000000")
