# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether every byte of an image that a host will use or run is its maker's: the chain from the key to the hook.

update.xml and repomd.xml by their signatures; primary by its digest in repomd.xml; each package by its digest in primary,
and by its own signature. SHA256SUMS, where the image has it, covers the rest, such as the half for hosts before 7.1.
Nothing is parsed before it is proved. Runs on Python 2.7 and 3.6 as well.
"""
from __future__ import absolute_import, division, print_function

import hashlib
import re
import xml.etree.ElementTree as ElementTree
import zlib

from ansible_collections.suppack.rollout.plugins.module_utils.image import MOST_TEXT, ImageError
from ansible_collections.suppack.rollout.plugins.module_utils.names import GRAMMAR, wrong_name
from ansible_collections.suppack.rollout.plugins.module_utils.rpm import signed_parts
from ansible_collections.suppack.rollout.plugins.module_utils.signature import SignatureError

__metaclass__ = type

SUMS, REPOMD = "SHA256SUMS", "repodata/repomd.xml"


def judge(image, signer):
    """What the image is, a dict; ImageError or SignatureError where anything of it is not the signer's.

    label, version, uuid, key, installed (bytes): of update.xml. payload: where the package with the hook lies (offset,
    size, sha256). files: [[path, offset, size, sha256]] of all files; [] where no signature covers all of them.
    """
    update = _update(_signed(image, "update.xml", signer))
    packages = _packages(image, _signed(image, REPOMD, signer))
    payload = _payload(update, packages)
    for package in packages.values():
        _same(image, package["href"], package["sha256"], "primary")
    for package in packages.values():
        _signed_package(image, package["href"], signer)
    offset, size = image.files[payload["href"]]
    return dict(update, payload={"offset": offset, "size": size, "sha256": payload["sha256"]},
                files=_all_files(image, signer))


def _signed(image, name, signer):
    """The bytes of a file whose signature lies beside it."""
    if name + ".asc" not in image.files:
        raise SignatureError("'%s' is not signed" % name)
    data = image.read(name)
    signer.check(name, data, image.read(name + ".asc"))
    return data


def _same(image, name, sha256, by):
    found = image.sha256(name)
    if found != sha256:
        raise ImageError("'%s' is not the file that %s names: its SHA-256 is %s, not %s" % (name, by, found, sha256))


def _xml(data, name):
    """The document's root; tags lose their namespaces."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ImageError("its %s is not XML: %s" % (name, error))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _update(data):
    found = _xml(data, "update.xml").attrib
    update = {"label": found.get("name-label"), "version": found.get("version"), "uuid": found.get("uuid"),
              "key": (found.get("key") or "").rpartition("/")[2]}
    for name in ("label", "version", "uuid", "key"):
        if not update[name]:
            raise ImageError("its update.xml has no %s%s" % (
                name, ", so hosts would not check its packages" if name == "key" else ""))
    problem = wrong_name(update)
    if problem:
        raise ImageError("its update.xml is damaged: " + problem)
    size = found.get("installation-size") or "0"
    return dict(update, installed=int(size) if re.match(r"[0-9]{1,15}\Z", size) else 0)


def _listed(element, where):
    """(href, sha256) of an entry of repomd.xml or primary."""
    checksum, location = element.find("checksum"), element.find("location")
    href = "" if location is None else location.get("href", "")
    if checksum is None or checksum.get("type") != "sha256" or not re.match(GRAMMAR["sha256"], checksum.text or ""):
        raise ImageError("its %s gives no SHA-256 of '%s'" % (where, href))
    return href, checksum.text


def _packages(image, repomd):
    """name -> {"href", "sha256", "version"}: what the metadata lists. Packages that it does not list are refused."""
    primary = []
    for data in _xml(repomd, "repomd.xml").iter("data"):
        href, sha256 = _listed(data, "repomd.xml")
        _same(image, href, sha256, "repomd.xml")
        if data.get("type") == "primary":
            primary.append((href, sha256))
    if len(primary) != 1:
        raise ImageError("its repomd.xml names %d primaries, not 1" % len(primary))
    found = {}
    for package in _xml(_gunzip(image, *primary[0]), "primary").iter("package"):
        href, sha256 = _listed(package, "primary")
        name, version = package.findtext("name"), package.find("version")
        if not name or version is None or name in found:
            raise ImageError("it has more than one package '%s'" % name if name in found else "its primary is damaged")
        found[name] = {"href": href, "sha256": sha256, "version": version.get("ver")}
    listed = set(package["href"] for package in found.values())
    strange = [name for name in sorted(image.files) if name.startswith("Packages/") and name not in listed]
    if strange:
        raise ImageError("'%s' is a package that its signed metadata does not list" % strange[0])
    return found


def _gunzip(image, name, sha256):
    data = image.read(name)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ImageError("'%s' changed while it was read" % name)
    unpacker = zlib.decompressobj(31)  # gzip alone
    try:
        text = unpacker.decompress(data, MOST_TEXT)
    except zlib.error as error:
        raise ImageError("'%s' is no gzip file: %s" % (name, error))
    if unpacker.unconsumed_tail:
        raise ImageError("'%s' has more than %d bytes of text" % (name, MOST_TEXT))
    return text


def _payload(update, packages):
    """The package with the hook. It, and the one that says 'applied', are of the pack that update.xml tells of."""
    wanted = update["version"].replace("+", ".").replace("-", ".")  # packs.md B.3: as RPM takes it
    for name in ("update-" + update["label"], update["label"]):
        if name not in packages:
            raise ImageError("it has no package '%s'" % name)
        if packages[name]["version"] != wanted:
            raise ImageError("its package '%s' has version %s, its update.xml %s" % (
                name, packages[name]["version"], update["version"]))
    return packages[update["label"]]


def _signed_package(image, name, signer):
    try:
        parts = signed_parts(image.read(name, most=None))
    except ImageError as error:
        raise ImageError("'%s': %s" % (name, error))
    if not parts:
        raise SignatureError("'%s' is not signed" % name)
    for signature, covered in parts:
        signer.check(name, covered, signature)


def _all_files(image, signer):
    """The files by SHA256SUMS, which lists each but itself and its signature; [] where the image has none."""
    if SUMS not in image.files:
        return []
    listed = {}
    for line in _signed(image, SUMS, signer).decode("utf-8", "replace").splitlines():
        sha256, dummy, name = line.partition("  ")
        if not re.match(GRAMMAR["sha256"], sha256) or name in listed:
            raise ImageError("its %s is damaged: '%s'" % (SUMS, line))
        _same(image, name, sha256, SUMS)
        listed[name] = sha256
    free = sorted(set(image.files) - set(listed) - set([SUMS, SUMS + ".asc"]))
    if free:
        raise ImageError("'%s' is not listed in its %s" % (free[0], SUMS))
    for name in (SUMS, SUMS + ".asc"):
        listed[name] = image.sha256(name)
    return [[name] + list(image.files[name]) + [listed[name]] for name in sorted(listed)]
