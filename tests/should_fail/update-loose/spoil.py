# SPDX-License-Identifier: GPL-2.0-or-later
"""Any version of the payload will do."""
from kit import LABEL


def spoil(kit):
    kit.put_update(requires=LABEL)
