# SPDX-License-Identifier: GPL-2.0-or-later
"""rpm 4.4 knows gzip and bzip2."""
from kit import EL5

BASE = "classic"


def spoil(kit):
    kit.put_classic(macros={**EL5, "_binary_payload": "w6.xzdio"})
