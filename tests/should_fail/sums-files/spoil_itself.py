# SPDX-License-Identifier: GPL-2.0-or-later
"""The list lists itself, which it cannot."""


def spoil(kit):
    kit.sum_up(lambda text: "".join(sorted([*text.splitlines(True), f"{'0' * 64}  SHA256SUMS\n"], key=lambda line: line[66:])))
