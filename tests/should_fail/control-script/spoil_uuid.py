# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi looks below the pack's uuid."""


def spoil(kit):
    kit.put_control(uuid="00000000-0000-5000-8000-000000000001")
