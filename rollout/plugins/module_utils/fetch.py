# SPDX-License-Identifier: GPL-2.0-or-later
"""Gets an image over HTTP, going on where an earlier try was cut. Runs on Python 2.7 and 3.6 as well."""
from __future__ import absolute_import, division, print_function

import os

from ansible.module_utils.six.moves.http_client import HTTPException
from ansible.module_utils.six.moves.urllib.error import HTTPError, URLError
from ansible.module_utils.six.moves.urllib.request import Request, urlopen

from ansible_collections.suppack.rollout.plugins.module_utils.digest import sha256_of

__metaclass__ = type

TIMEOUT = 30  # seconds without a byte


class FetchError(Exception):
    """One sentence that names the URL."""


def fetch(url, path, sha256):
    """path has the bytes with that digest afterwards, or does not exist and FetchError says why."""
    part = path + ".part"
    try:
        # Twice from where it was cut; then anew, as what an earlier try left may have been another file.
        for fresh in (False, False, True):
            _download(url, part, fresh)
            found = sha256_of(part)
            if found == sha256:
                break
    except (HTTPException, HTTPError, URLError, EnvironmentError) as error:
        raise FetchError("'%s' cannot be fetched: %s" % (url, error))
    if found != sha256:
        os.unlink(part)
        raise FetchError("'%s' is refused: its SHA-256 is %s, not %s" % (url, found, sha256))
    os.rename(part, path)


def _download(url, part, fresh):
    have = 0 if fresh or not os.path.exists(part) else os.path.getsize(part)
    headers = {"Range": "bytes=%d-" % have} if have else {}
    try:
        answer = urlopen(Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        if error.code == 416 and have:  # nothing behind what we have: the digest tells whether that is all
            return
        raise
    with open(part, "ab" if have and answer.getcode() == 206 else "wb") as stream:
        for piece in iter(lambda: answer.read(1 << 20), b""):
            stream.write(piece)
