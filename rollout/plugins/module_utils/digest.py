# SPDX-License-Identifier: GPL-2.0-or-later
"""SHA-256 of files, and copies whose digest is that of the bytes copied. Runs on Python 2.7 and 3.6 as well."""
from __future__ import absolute_import, division, print_function

import hashlib
import os

__metaclass__ = type

PIECE = 1 << 20


def sha256_of(path):
    """Hex digest of a whole file."""
    with open(path, "rb") as stream:
        return _pass_on(stream, None, None)


def private_copy(source, place, begin=0, size=None):
    """Copies a file, or size bytes of it from begin, to place, which must not be there; the hex digest of the copy.

    Who can still write to source cannot change the copy: that is what is judged and used, in a folder that is ours alone.
    """
    with open(source, "rb") as stream:
        stream.seek(begin)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            return _pass_on(stream, out, size)


def _pass_on(stream, out, left):
    """left: how many bytes, all that come where None."""
    digest = hashlib.sha256()
    while left != 0:
        piece = stream.read(PIECE if left is None else min(left, PIECE))
        if not piece:
            break
        digest.update(piece)
        if out:
            out.write(piece)
        left = None if left is None else left - len(piece)
    return digest.hexdigest()
