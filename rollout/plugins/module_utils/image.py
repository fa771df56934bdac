# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads files out of a pack's image, without mounting it: ISO 9660 with the names of Rock Ridge.

Formats: ECMA-119 8.4 (volume descriptor), 9.1 (directory record); RRIP 4.1.4 (NM), SUSP 5.1 (CE).
Runs on the hosts' Python 2.7 and 3.6 as well.
"""
from __future__ import absolute_import, division, print_function

import hashlib
import struct
import xml.etree.ElementTree as ElementTree

__metaclass__ = type

SECTOR = 2048
MOST_DEPTH = 8


class ImageError(Exception):
    """The file is no image of a pack; the text is one sentence without the file's name."""


def sha256_of(path):
    """Hex digest of a whole file."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for piece in iter(lambda: stream.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


class Image:
    """files: path inside the image -> (first byte, size)."""

    def __init__(self, path):
        self.path, self.files = path, {}
        with open(path, "rb") as self._stream:
            descriptor = self._at(16 * SECTOR, SECTOR)
            if descriptor[1:6] != b"CD001":
                raise ImageError("it is no ISO 9660 image")
            self._folder("", descriptor[156:190], MOST_DEPTH)

    def _at(self, offset, size):
        self._stream.seek(offset)
        data = self._stream.read(size)
        if len(data) != size:
            raise ImageError("it ends too early")
        return data

    def _folder(self, prefix, record, depth):
        if depth == 0:
            raise ImageError("its folders are nested too deeply")
        extent, = struct.unpack_from("<L", record, 2)
        size, = struct.unpack_from("<L", record, 10)
        data = self._at(extent * SECTOR, size)
        offset = 0
        while offset < size:
            length = ord(data[offset:offset + 1])
            if length == 0:  # a record never crosses into the next sector
                offset = (offset // SECTOR + 1) * SECTOR
                continue
            self._entry(prefix, data[offset:offset + length], depth)
            offset += length

    def _entry(self, prefix, record, depth):
        if len(record) < 34:
            raise ImageError("one of its folders is damaged")
        flags, name_size = struct.unpack_from("B", record, 25)[0], struct.unpack_from("B", record, 32)[0]
        if record[33:33 + name_size] in (b"\0", b"\1"):  # the folder itself and its parent
            return
        name = prefix + self._name(record[33 + name_size + (1 - name_size % 2):])
        if flags & 2:
            self._folder(name + "/", record, depth - 1)
        else:
            extent, = struct.unpack_from("<L", record, 2)
            self.files[name] = (extent * SECTOR, struct.unpack_from("<L", record, 10)[0])

    def _name(self, area):
        """The NM entries of a system use area, its continuation included."""
        name, rounds = b"", 8
        while rounds:
            more, offset, rounds = None, 0, rounds - 1
            while offset + 4 <= len(area):
                size = ord(area[offset + 2:offset + 3])
                if size < 4:
                    break
                if area[offset:offset + 2] == b"NM":
                    name += area[offset + 5:offset + size]
                elif area[offset:offset + 2] == b"CE":
                    block, start, length = (struct.unpack_from("<L", area, offset + at)[0] for at in (4, 12, 20))
                    more = self._at(block * SECTOR + start, min(length, SECTOR))
                offset += size
            if more is None:
                break
            area = more
        try:
            text = name.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if not text or "/" in text:
            raise ImageError("it has no Rock Ridge names, or damaged ones")
        return text

    def read(self, name):
        """The bytes of one file; ImageError where there is none."""
        if name not in self.files:
            raise ImageError("'%s' is not on it" % name)
        with open(self.path, "rb") as self._stream:
            return self._at(*self.files[name])

    def update(self):
        """What update.xml says: uuid, name-label, version, key, installation-size and the rest of its attributes."""
        try:
            found = dict(ElementTree.fromstring(self.read("update.xml")).attrib)
        except ElementTree.ParseError as error:
            raise ImageError("its update.xml is not XML: %s" % error)
        for needed in ("uuid", "name-label", "version"):
            if not found.get(needed):
                raise ImageError("its update.xml has no '%s'" % needed)
        return found

    def package(self, label):
        """Path of the package that has the settings, of the half for 7.1 and later; None in a pack without settings."""
        found = [name for name in sorted(self.files) if name.startswith("Packages/%s-" % label)]
        return found[0] if found else None
