# SPDX-License-Identifier: GPL-2.0-or-later
"""A changed program of the half for StorageLink."""


def spoil(kit):
    kit.sum_up()
    kit.flip("storagelink/storagelink-hook.exe", 5000)
