# SPDX-License-Identifier: GPL-2.0-or-later
"""A blank makes a token unknown."""


def spoil(kit):
    kit.update("<update ", '<update after-apply-guidance="restartHost, restartXAPI" ')
