# SPDX-License-Identifier: GPL-2.0-or-later
"""The program is not what it should be."""


def spoil(kit):
    kit.path("storagelink/storagelink-hook.exe").write_text("#!/bin/sh\n")
