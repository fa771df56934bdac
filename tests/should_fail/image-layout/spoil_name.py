# SPDX-License-Identifier: GPL-2.0-or-later
"""An ISO 9660 name that no host reads, beside the Rock Ridge name that all do."""


def spoil(kit):
    def change(data):
        at = data.index(b"README.TXT;1")
        data[at:at + 6] = b"REEDME"
    kit.as_it_was = True
    kit.after.append(change)
