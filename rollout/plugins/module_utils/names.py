# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pack's names may look like, as they become paths and words of commands. Runs on Python 2.7 and 3.6 as well."""
from __future__ import absolute_import, division, print_function

import re

__metaclass__ = type

# suppack-pack.5. None begins with a dash or a dot, none has a slash. \Z, since $ passes a line end.
GRAMMAR = {"label": r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z", "version": r"[A-Za-z0-9][A-Za-z0-9._+~-]*\Z",
           "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", "key": r"[A-Za-z0-9][A-Za-z0-9._-]*\Z",
           "sha256": r"[0-9a-f]{64}\Z"}


def wrong_name(found):
    """What is wrong with the names in a dict, a sentence; None. One that is missing, or None, is not wrong."""
    for kind in sorted(GRAMMAR):
        value = found.get(kind)
        if value is not None and not re.match(GRAMMAR[kind], "%s" % (value,)):
            return "%r is no %s of a pack" % ("%s" % (value,), kind)
    return None
