# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads files out of a pack's image, without mounting it: ISO 9660 with the names of Rock Ridge.

Formats: ECMA-119 8.4 (volume descriptor), 9.1 (directory record); RRIP 4.1.4 (NM), SUSP 5.1 (CE).
What other readers may see in the image is none of its business: what is judged with it is used with it.
Runs on Python 2.7 and 3.6 as well.
"""
from __future__ import absolute_import, division, print_function

import hashlib
import os
import struct

__metaclass__ = type

SECTOR = 2048
MOST_DEPTH = 8
MOST_FILES = 20000
MOST_TEXT = 64 << 20  # bytes of a file that is read as a whole
FOLDER, ASSOCIATED, MORE_EXTENTS = 2, 4, 0x80


class ImageError(Exception):
    """The file is no image of a pack, or not as it should be; the text is one sentence without the file's name."""


class Image:
    """files: path inside the image -> (first byte, size). The file must not change meanwhile."""

    def __init__(self, path):
        self.path, self.files = path, {}
        self._size = self._unread = os.path.getsize(path)
        with open(path, "rb") as self._stream:
            descriptor = self._at(16 * SECTOR, SECTOR)
            if descriptor[1:6] != b"CD001":
                raise ImageError("it is no ISO 9660 image")
            self._folder("", descriptor[156:190], MOST_DEPTH)

    def _at(self, offset, size):
        if offset + size > self._size:
            raise ImageError("it ends too early")
        self._stream.seek(offset)
        return self._stream.read(size)

    def _folder(self, prefix, record, depth):
        if depth == 0:
            raise ImageError("its folders are nested too deeply")
        extent, = struct.unpack_from("<L", record, 2)
        size, = struct.unpack_from("<L", record, 10)
        self._unread -= size
        if self._unread < 0:
            raise ImageError("its folders have more bytes than it has: one lies in it twice")
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
        if flags & FOLDER:
            self._folder(name + "/", record, depth - 1)
            return
        extent, size = struct.unpack_from("<L", record, 2)[0], struct.unpack_from("<L", record, 10)[0]
        # Two of one name, or one in several parts, are read in as many ways as there are readers.
        if name in self.files or flags & (ASSOCIATED | MORE_EXTENTS):
            raise ImageError("'%s' is on it more than once" % name)
        if extent * SECTOR + size > self._size:
            raise ImageError("it ends too early")
        if len(self.files) >= MOST_FILES:
            raise ImageError("it has more than %d files" % MOST_FILES)
        self.files[name] = (extent * SECTOR, size)

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
                elif area[offset:offset + 2] == b"CE" and offset + 28 <= len(area):
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
        if not text or len(name) > 255 or text in (".", "..") or "/" in text or min(text) < " ":
            raise ImageError("it has no Rock Ridge names, or damaged ones")
        return text

    def _place(self, name):
        if name not in self.files:
            raise ImageError("'%s' is not on it" % name)
        return self.files[name]

    def read(self, name, most=MOST_TEXT):
        """The bytes of one file; ImageError where there is none, or more than `most`."""
        return b"".join(self._pieces(name, most))

    def sha256(self, name):
        """The hex digest of one file."""
        digest = hashlib.sha256()
        for piece in self._pieces(name):
            digest.update(piece)
        return digest.hexdigest()

    def _pieces(self, name, most=None):
        offset, left = self._place(name)
        if most is not None and left > most:
            raise ImageError("'%s' has %d bytes, too many for what it is" % (name, left))
        with open(self.path, "rb") as self._stream:
            while left:
                piece = self._at(offset, min(left, 1 << 20))
                offset, left = offset + len(piece), left - len(piece)
                yield piece
