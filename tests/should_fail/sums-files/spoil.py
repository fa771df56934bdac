# SPDX-License-Identifier: GPL-2.0-or-later
"""A file more: what Windows starts by itself."""


def spoil(kit):
    kit.sum_up()
    (kit.tree / "autorun.inf").write_text("[autorun]\r\nopen=storagelink\\storagelink-hook.exe\r\n")
