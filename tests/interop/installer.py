# SPDX-License-Identifier: GPL-2.0-or-later
"""How host-installer reads a pack's repodata by itself (packs.md C.3), written from the facts, not from its code."""
import gzip
import hashlib
import xml.etree.ElementTree as ElementTree

REPO = "{http://linux.duke.edu/metadata/repo}"


class Unreadable(Exception):
    """What would be a traceback in the installer."""


def primary_of(tree):
    """1, 2: repomd.xml names a primary, and it is gzip whatever its name says."""
    for data in ElementTree.parse(tree / "repodata/repomd.xml").iter(f"{REPO}data"):
        if data.get("type") == "primary":
            raw = (tree / data.find(f"{REPO}location").get("href")).read_bytes()
            if raw[:2] != b"\x1f\x8b":
                raise Unreadable("primary is not gzip")
            return gzip.decompress(raw).decode()
    raise Unreadable("repomd.xml has no primary")


def elements(text, name):
    """Every element of that local name, anywhere: the installer asks the DOM for them by tag name."""
    return [node for node in ElementTree.fromstring(text).iter() if node.tag.rsplit("}", 1)[-1] == name]


def packages(tree):
    """3 to 5: [(href, size, sha256)] by zipping the three lists; each must have one entry a package."""
    text = primary_of(tree)
    count = len(elements(text, "package"))
    if "xml:base" in text:
        raise Unreadable("xml:base")
    locations = [node.get("href") for node in elements(text, "location")]
    sizes = [int(node.get("package")) for node in elements(text, "size")]
    checksums = [node.text for node in elements(text, "checksum") if node.get("type") == "sha256"]
    if not len(locations) == len(sizes) == len(checksums) == count:
        raise Unreadable(f"{count} packages, {len(locations)} locations, {len(sizes)} sizes, {len(checksums)} checksums")
    if any(size <= 0 for size in sizes) or any(not text or text != text.strip() for text in checksums):
        raise Unreadable("empty size or checksum")
    return list(zip(locations, sizes, checksums))


def check(tree):
    """6: media verification. Names of the packages that do not match."""
    bad = []
    for href, size, digest in packages(tree):
        content = (tree / href).read_bytes()
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            bad.append(href)
    return bad
