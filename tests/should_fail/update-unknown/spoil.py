# SPDX-License-Identifier: GPL-2.0-or-later
"""An attribute nobody reads."""


def spoil(kit):
    kit.update("<update ", '<update name-label-text="x" ')
