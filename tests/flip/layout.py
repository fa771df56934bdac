# SPDX-License-Identifier: GPL-2.0-or-later
"""What each byte of an image is for: files, records, and the places a changed byte in which nobody would notice.

A small reader of ISO 9660 of its own (ECMA-119, SUSP, Rock Ridge), so that the judged program does not say itself what
it may overlook. Numbers are read in their little-endian half.
"""
SECTOR = 2048
# Why a changed byte need not be found. What is not in one of these classes must be.
SYSTEM = "system area: sectors 0 to 15, which ISO 9660 leaves to boot loaders"
PADDING = "padding: behind a file's or a table's last byte, and sectors nothing points to"
TEXT = "descriptor texts and dates: no host reads who made the volume, when, with what, its Joliet escape's filling"
SPARE = "descriptor fields nobody reads: optional path tables, application use"
NAME = "ISO 9660 names of files, beside the Rock Ridge names every host takes"
TIME = "time stamps: no installer reads them (those of the volume, of directory records and of Rock Ridge)"
RECORD = "extension record: which text and version announce Rock Ridge, beside its name"
README = "README.txt: for people; no installer reads it and nothing signs it"
CLASSIC = ("the classic half's scripts, and what XS-REPOSITORY alone says: its format (5.6 to 7.0) has no signature; the sums "
           "beside the image cover them")
STORAGELINK = "the half for StorageLink: nothing signs it; the sums beside the image cover it"
CLASSES = (SYSTEM, PADDING, TEXT, SPARE, NAME, TIME, RECORD, README, CLASSIC, STORAGELINK)


def little(data, at, size=4):
    return int.from_bytes(data[at:at + size], "little")


class Layout:
    """.files: path -> (start, end); .missable: [(start, end, class)]; .structure: [(start, end)] of all records."""

    def __init__(self, data):
        self.data, self.files, self.missable, self.structure = data, {}, [], []
        self._descriptor(16 * SECTOR, rock=True)
        self._descriptor(17 * SECTOR, rock=False)
        self.structure.append((18 * SECTOR, 19 * SECTOR))
        for name, why in (("README.txt", README), ("install", CLASSIC), ("install.sh", CLASSIC), ("XS-REPOSITORY", CLASSIC)):
            self.missable.append((*self.files[name], why))
        self.missable += [(*place, STORAGELINK) for name, place in self.files.items() if name.startswith("storagelink/")]
        used = sorted(self.structure + list(self.files.values()))
        behind = 16 * SECTOR
        self.missable.append((0, behind, SYSTEM))
        for start, end in used + [(len(data), len(data))]:
            if start > behind:
                self.missable.append((behind, start, PADDING))
            behind = max(behind, end)
        self.missable.sort()

    def why(self, offset):
        """The class a byte may be overlooked for, or None."""
        return next((why for start, end, why in self.missable if start <= offset < end), None)

    def _miss(self, start, end, why):
        self.missable.append((start, end, why))

    def _descriptor(self, at, rock):
        data = self.data
        self.structure.append((at, at + SECTOR))
        for start, end, why in ((8, 72, TEXT), (144, 148, SPARE), (152, 156, SPARE), (190, 813, TEXT), (813, 881, TIME),
                                (883, 1395, SPARE)):
            self._miss(at + start, at + end, why)
        if not rock:
            self._miss(at + 7, at + 8, SPARE)
            self._miss(at + 91, at + 120, TEXT)
        size = little(data, at + 132)
        for table in (little(data, at + 140), int.from_bytes(data[at + 148:at + 152], "big")):
            self.structure.append((table * SECTOR, table * SECTOR + size))
        self._miss(at + 156 + 18, at + 156 + 25, TIME)
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
        self._miss(at + 18, at + 25, TIME)
        behind = at + 33 + id_length + (id_length + 1) % 2
        name = self._system_use(behind, at + length) if rock else data[at + 33:at + 33 + id_length].decode("utf-16be", "replace")
        if index < 2:
            return
        if rock and not is_folder:
            self._miss(at + 33, at + 33 + id_length, NAME)
        extent, size = little(data, at + 2), little(data, at + 10)
        full = f"{path}/{name}" if path else name
        if is_folder:
            self._folder(extent, size, full, rock)
        elif rock:
            self.files[full] = (extent * SECTOR, extent * SECTOR + size)

    def _system_use(self, at, end):
        """The Rock Ridge name; notes what of the entries nobody reads."""
        data, name = self.data, ""
        while at + 4 <= end and data[at] != 0:
            kind, length = data[at:at + 2], data[at + 2]
            if kind == b"NM":
                name += data[at + 5:at + length].decode()
            elif kind == b"TF":
                self._miss(at + 4, at + length, TIME)
            elif kind == b"ER":
                self._miss(at + 7, at + 8, RECORD)
                self._miss(at + 8 + data[at + 4], at + length, RECORD)
            elif kind == b"CE":
                area = little(data, at + 4) * SECTOR + little(data, at + 12)
                size = little(data, at + 20)
                self.structure.append((area, area + size))
                name += self._system_use(area, area + size)
            at += length
        return name
