# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether documents are signed by one given key and no other. Runs on Python 2.7 and 3.6 as well."""
from __future__ import absolute_import, division, print_function

import base64
import binascii
import os

__metaclass__ = type


class SignatureError(Exception):
    """Not signed as it should be; one sentence."""


def dearmor(text):
    """The packets of an armored public key (RFC 4880 6.2), which is what gpgv takes as a keyring."""
    blocks = text.replace(b"\r\n", b"\n").split(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")
    if len(blocks) != 2:
        raise SignatureError("the key file holds %d armored public keys, not 1" % (len(blocks) - 1))
    body = blocks[1].split(b"-----END")[0].partition(b"\n\n")[2]
    lines = [line for line in body.split(b"\n") if line and not line.startswith(b"=")]
    try:
        return base64.b64decode(b"".join(lines))
    except (binascii.Error, TypeError) as error:
        raise SignatureError("the key file is damaged: %s" % error)


class Signer:
    """The one key documents have to be signed with.

    key: its bytes, armored. folder: ours alone, for scratch files. fingerprint: the key's, once a signature was good.
    """

    def __init__(self, key, folder, module):
        self.module, self.folder, self.fingerprint = module, folder, None
        self.gpgv = module.get_bin_path("gpgv") or module.get_bin_path("gpgv2")
        if not self.gpgv:
            raise SignatureError("there is no gpgv here to check the signature with")
        self.keyring = os.path.join(folder, "keyring.gpg")
        _write(self.keyring, dearmor(key))

    def check(self, name, document, signature):
        """SignatureError where `signature`, armored or not, is not the key's over `document`; both are bytes."""
        file = os.path.join(self.folder, "document")
        _write(file, document)
        _write(file + ".asc", signature)
        status, out, dummy = self.module.run_command(
            [self.gpgv, "--keyring", self.keyring, "--status-fd", "1", file + ".asc", file])
        words = [line.split()[1:] for line in out.splitlines() if line.startswith("[GNUPG:] ")]
        valid = set(line[-1] for line in words if line[:1] == ["VALIDSIG"])
        # gpg's exit status alone is no proof: an expired key gives 0 (EXPKEYSIG, no GOODSIG).
        if status != 0 or not valid or not any(line[:1] == ["GOODSIG"] for line in words):
            raise SignatureError("the signature of '%s' is not by the given key, or that has expired" % name)
        if len(valid | set(filter(None, [self.fingerprint]))) != 1:
            raise SignatureError("its signatures are by different keys")
        self.fingerprint = valid.pop()


def _write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)
