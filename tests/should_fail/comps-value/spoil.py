# SPDX-License-Identifier: GPL-2.0-or-later
"""libsolv knows lower case only."""


def spoil(kit):
    kit.change_metadata("comps", "<uservisible>true", "<uservisible>True")
