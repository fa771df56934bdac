#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: artifact
short_description: Checks a pack's image on the control node, and says what it is
version_added: 1.0.0
author: the suppack engineers (@osnexus)
description:
  - Compares the image with its SHA-256, then follows the signatures of the given key to every package, C(update.xml),
    C(repomd.xml), the digests in it, those in primary, and each package's own signature. Hosts take what is judged here,
    by its SHA-256, or nothing.
  - Run it on the control node (C(delegate_to=localhost), C(run_once=true)); role M(suppack.rollout.pack) does.
options:
  src:
    description: Path of the image, or a C(http://) or C(https://) URL.
    type: str
    required: true
  sha256:
    description: The image's SHA-256 as C(suppack build) printed it.
    type: str
    required: true
  key:
    description: Path of the public key the image is signed with, as it lies on the image.
    type: path
    required: true
  cache:
    description: Folder for an image that comes from a URL.
    type: path
    default: ~/.cache/suppack
"""

EXAMPLES = r"""
- name: Check the image once
  suppack.rollout.artifact:
    src: /srv/packs/osnexus-quantastor-multipath-1.0.0.iso
    sha256: "{{ lookup('file', '/srv/packs/osnexus-quantastor-multipath-1.0.0.iso.sha256') | split | first }}"
    key: /srv/packs/RPM-GPG-KEY-OSNEXUS
  delegate_to: localhost
  run_once: true
  register: suppack_artifact
"""

RETURN = r"""
artifact:
  description: What the hosts are to have.
  returned: success
  type: dict
  contains:
    path: {description: Path on the control node., type: str}
    sha256: {description: Its digest., type: str}
    label: {description: The pack's name., type: str}
    version: {description: The pack's version., type: str}
    uuid: {description: The pack's UUID., type: str}
    size: {description: Bytes that must be free on a host., type: int}
    key: {description: Name of the key file on hosts., type: str}
    key_text: {description: The key., type: str}
    fingerprint: {description: The signing key's fingerprint., type: str}
    payload: {description: "Where the package with the hook lies in the image: offset, size, sha256.", type: dict}
    files: {description: "[path, offset, size, sha256] of all files, where a signed SHA256SUMS covers all.", type: list}
"""

import os
import re

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.suppack.rollout.plugins.module_utils.chain import judge
from ansible_collections.suppack.rollout.plugins.module_utils.digest import private_copy, sha256_of
from ansible_collections.suppack.rollout.plugins.module_utils.fetch import FetchError, fetch
from ansible_collections.suppack.rollout.plugins.module_utils.image import Image, ImageError
from ansible_collections.suppack.rollout.plugins.module_utils.signature import SignatureError, Signer


def local_path(module, src, sha256):
    """Path of the image here; one from a URL is kept under its digest."""
    if not re.match("https?://", src):
        return os.path.abspath(os.path.expanduser(src))
    cache = module.params["cache"]
    if not os.path.isdir(cache):
        os.makedirs(cache, 0o700)
    path = os.path.join(cache, sha256 + ".iso")
    if not os.path.exists(path) or sha256_of(path) != sha256:
        fetch(src, path, sha256)
    return path


def examine(module):
    src, sha256 = module.params["src"], module.params["sha256"].lower()
    if not re.match(r"[0-9a-f]{64}\Z", sha256):
        raise FetchError("suppack_sha256 is no SHA-256: '%s'" % sha256)
    path = local_path(module, src, sha256)
    copy = os.path.join(module.tmpdir, "pack.iso")
    found = private_copy(path, copy)
    if found != sha256:
        raise FetchError("'%s' is refused: its SHA-256 is %s, not %s" % (src, found, sha256))
    with open(module.params["key"], "rb") as stream:
        key = stream.read()
    signer = Signer(key, module.tmpdir, module)
    pack = judge(Image(copy), signer)
    # Twice the image (xapi keeps a copy), what it installs, and some room for rpm's database.
    size = 2 * os.path.getsize(copy) + pack.pop("installed") + (8 << 20)
    return dict(pack, path=path, sha256=sha256, key_text=key.decode("ascii"), fingerprint=signer.fingerprint, size=size)


def main():
    module = AnsibleModule(supports_check_mode=True, argument_spec={
        "src": {"type": "str", "required": True}, "sha256": {"type": "str", "required": True},
        "key": {"type": "path", "required": True, "no_log": False},
        "cache": {"type": "path", "default": "~/.cache/suppack"}})
    try:
        module.exit_json(changed=False, artifact=examine(module))
    except FetchError as error:
        module.fail_json(msg=str(error))
    except (ImageError, SignatureError) as error:
        module.fail_json(msg="'%s' is refused: %s" % (module.params["src"], error))
    except UnicodeDecodeError:
        module.fail_json(msg="'%s' is no armored key" % module.params["key"])
    except (IOError, OSError) as error:
        module.fail_json(msg="'%s' cannot be read: %s" % (error.filename or module.params["src"], error.strerror))


if __name__ == "__main__":
    main()
