# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi installs the group and gets nothing."""
from kit import LABEL


def spoil(kit):
    kit.change_metadata("comps", f">update-{LABEL}<", ">another<")
