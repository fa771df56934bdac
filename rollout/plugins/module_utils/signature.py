# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the metadata of an image is signed by one given key and no other. Runs on Python 2.7 and 3.6 as well."""
from __future__ import absolute_import, division, print_function

import base64
import binascii
import os

__metaclass__ = type

SIGNED = ("update.xml", "repodata/repomd.xml")


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


def check_image(image, key_file, folder, module):
    """Checks both signatures of an image with the key; gives the key's fingerprint. Scratch files go to folder.

    The two cover the rest: repomd.xml has the digests of the metadata, which has those of the packages.
    """
    gpgv = module.get_bin_path("gpgv") or module.get_bin_path("gpgv2")
    if not gpgv:
        raise SignatureError("there is no gpgv here to check the signature with")
    keyring = os.path.join(folder, "keyring.gpg")
    with open(key_file, "rb") as stream:
        _write(keyring, dearmor(stream.read()))
    fingerprints = set()
    for name in SIGNED:
        if name + ".asc" not in image.files:
            raise SignatureError("'%s' is not signed" % name)
        document = os.path.join(folder, "document")
        _write(document, image.read(name))
        _write(document + ".asc", image.read(name + ".asc"))
        status = module.run_command([gpgv, "--keyring", keyring, "--status-fd", "1", document + ".asc", document])
        words = [line.split()[1:] for line in status[1].splitlines() if line.startswith("[GNUPG:] ")]
        valid = [line for line in words if line[:1] == ["VALIDSIG"]]
        # gpg's exit status alone is no proof: an expired key gives 0 (EXPKEYSIG, no GOODSIG).
        if status[0] != 0 or not valid or not any(line[:1] == ["GOODSIG"] for line in words):
            raise SignatureError("the signature of '%s' is not by the given key, or that has expired" % name)
        fingerprints.add(valid[0][-1])
    if len(fingerprints) != 1:
        raise SignatureError("its two signatures are by different keys")
    return fingerprints.pop()


def _write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)
