# SPDX-License-Identifier: GPL-2.0-or-later
"""XenCenter sees another name than the hosts."""


def spoil(kit):
    def change(data):
        return data.replace("update.xml".encode("utf-16be"), "vpdate.xml".encode("utf-16be"))
    kit.after.append(change)
