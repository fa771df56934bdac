# SPDX-License-Identifier: GPL-2.0-or-later
"""No dom0 has it."""
from kit import PAYLOAD


def spoil(kit):
    path = kit.path(PAYLOAD)
    path.write_bytes(path.read_bytes().replace(b"\0x86_64\0", b"\0riscv0\0"))
