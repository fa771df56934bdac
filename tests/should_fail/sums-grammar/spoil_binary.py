# SPDX-License-Identifier: GPL-2.0-or-later
"""The mark of a binary file, which is one more way to say the same."""


def spoil(kit):
    kit.sum_up(lambda text: text.replace("  install.sh", " *install.sh"))
