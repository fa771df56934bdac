# SPDX-License-Identifier: GPL-2.0-or-later
"""One unknown token drops them all."""


def spoil(kit):
    kit.update("<update ", '<update after-apply-guidance="restartHost,reboot" ')
