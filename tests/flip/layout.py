# SPDX-License-Identifier: GPL-2.0-or-later
"""What each byte of an image is part of: a file, the volume's records, or neither.

A small reader of ISO 9660 of its own (ECMA-119, SUSP, Rock Ridge), so that the judged program does not say itself what
it has to find. Numbers are read in their little-endian half.
"""
SECTOR = 2048
RECORDS, OUTSIDE = "records", "outside"


def little(data, at, size=4):
    return int.from_bytes(data[at:at + size], "little")


class Layout:
    """.files: path -> (start, end); .structure: [(start, end)] of descriptors, path tables and records."""

    def __init__(self, data):
        self.data, self.files, self.structure = data, {}, []
        self._descriptor(16 * SECTOR, rock=True)
        self._descriptor(17 * SECTOR, rock=False)
        self.structure.append((18 * SECTOR, 19 * SECTOR))

    def parts(self):
        """Offset -> a file's path, RECORDS or OUTSIDE, of every byte."""
        where = [OUTSIDE] * len(self.data)
        for start, end in self.structure:
            where[start:end] = [RECORDS] * (end - start)
        for path, (start, end) in self.files.items():
            where[start:end] = [path] * (end - start)
        return where

    def _descriptor(self, at, rock):
        data = self.data
        self.structure.append((at, at + SECTOR))
        size = little(data, at + 132)
        for table in (little(data, at + 140), int.from_bytes(data[at + 148:at + 152], "big")):
            self.structure.append((table * SECTOR, table * SECTOR + size))
        self._folder(little(data, at + 158), little(data, at + 166), "", rock)

    def _folder(self, extent, size, path, rock):
        start = extent * SECTOR
        self.structure.append((start, start + size))
        at, index = start, 0
        while at < start + size:
            if self.data[at] == 0:
                at = (at // SECTOR + 1) * SECTOR
                continue
            self._record(at, index, path, rock)
            at, index = at + self.data[at], index + 1

    def _record(self, at, index, path, rock):
        data = self.data
        length, id_length, is_folder = data[at], data[at + 32], data[at + 25] & 2
        behind = at + 33 + id_length + (id_length + 1) % 2
        name = self._system_use(behind, at + length) if rock else data[at + 33:at + 33 + id_length].decode("utf-16be", "replace")
        if index < 2:
            return
        extent, size = little(data, at + 2), little(data, at + 10)
        full = f"{path}/{name}" if path else name
        if is_folder:
            self._folder(extent, size, full, rock)
        elif rock:
            self.files[full] = (extent * SECTOR, extent * SECTOR + size)

    def _system_use(self, at, end):
        """The Rock Ridge name."""
        data, name = self.data, ""
        while at + 4 <= end and data[at] != 0:
            kind, length = data[at:at + 2], data[at + 2]
            if kind == b"NM":
                name += data[at + 5:at + length].decode()
            elif kind == b"CE":
                area = little(data, at + 4) * SECTOR + little(data, at + 12)
                size = little(data, at + 20)
                self.structure.append((area, area + size))
                name += self._system_use(area, area + size)
            at += length
        return name
