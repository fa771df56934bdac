# SPDX-License-Identifier: GPL-2.0-or-later
"""The host installer installs them one by one."""
import shutil

from kit import CLASSIC_RPM, EL5, spec

BASE = "classic"


def spoil(kit):
    first = kit.build_rpm(spec("acme-a", lines="Requires: acme-tools", files=["/opt/acme/a"]), EL5)
    shutil.copy(first, kit.tree)
    kit.list_classic(first.name, CLASSIC_RPM)
