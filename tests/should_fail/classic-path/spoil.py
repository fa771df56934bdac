# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules in an RPM that is no driver."""
BASE = "classic"


def spoil(kit):
    kit.put_classic(files=["/lib/modules/3.10.0+2/extra/a.ko"])
