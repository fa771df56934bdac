# SPDX-License-Identifier: GPL-2.0-or-later
"""Two files of one name: who reads it decides which it is."""


def spoil(kit):
    def change(data):
        return data.replace(b"NM\x0f\x01\x00README.txt", b"NM\x0f\x01\x00update.xml")
    kit.after.append(change)
