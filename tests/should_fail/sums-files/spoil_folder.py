# SPDX-License-Identifier: GPL-2.0-or-later
"""It lists a folder."""


def spoil(kit):
    kit.sum_up(lambda text: "".join(sorted([*text.splitlines(True), "0" * 64 + "  repodata\n"], key=lambda line: line[66:])))
