# SPDX-License-Identifier: GPL-2.0-or-later
"""rpm 4.11 cannot read it."""
from kit import EL7


def spoil(kit):
    kit.add_rpm(macros={**EL7, "_binary_payload": "w3.zstdio"})
