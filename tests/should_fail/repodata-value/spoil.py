# SPDX-License-Identifier: GPL-2.0-or-later
"""Another summary."""


def spoil(kit):
    kit.change_metadata("primary", "<summary>.", "<summary>x")
