# SPDX-License-Identifier: GPL-2.0-or-later
"""In less than two years."""
from datetime import date, timedelta

from kit import KEY


def spoil(kit):
    key = kit.make_key(uid="soon <soon@invalid>", expires=(date.today() + timedelta(days=365)).isoformat())
    kit.path(KEY).write_text(key.public.read_text())
