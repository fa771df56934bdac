# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes an ISO 9660 image with Rock Ridge and Joliet from a tree, and lets every field of it be wrong.

    image = Image({"update.xml": b"...", "Packages": None, "Packages/a.rpm": b"..."})
    image.rock("update.xml").set["flags"] = 4        # a record of the tree with Rock Ridge
    image.joliet("update.xml").name = "zz"           # of the Joliet tree
    data = image.bytes()

A tree has a folder's records in .folders[path].rock and .joliet, which may be changed, copied and put elsewhere; the system
use area of a record is .use, a list of entries (bytes) and of Continued areas. Descriptors are .descriptors. Where things
came to lie is known after bytes(): File.last, Folder.extent, Image.tables. What nothing overrides is what ECMA-119, SUSP,
RRIP 1.09 and Joliet want.
"""
import struct

SECTOR = 2048
WHEN = bytes([123, 11, 14, 22, 13, 20, 0])  # 2023-11-14 22:13:20, as support.EPOCH
ER = b"ER\xed\1\x0aT\x87\1RRIP_1991A" + b"THE ROCK RIDGE INTERCHANGE PROTOCOL ".ljust(84, b".") + b"ASK".ljust(135, b".")
# field -> (offset, how it is stored); "both" is little, then big endian
FIELDS = {"length": (0, "B"), "attributes": (1, "B"), "extent": (2, "both4"), "extent_big": (6, ">I"), "size": (10, "both4"),
          "size_big": (14, ">I"), "when": (18, "7s"), "flags": (25, "B"), "unit": (26, "B"), "gap": (27, "B"),
          "volume": (28, "both2"), "id_length": (32, "B")}
VOLUME = {"type": (0, "B"), "id": (1, "5s"), "version": (6, "B"), "flags": (7, "B"), "system": (8, "32s"),
          "label": (40, "32s"), "sectors": (80, "both4"), "sectors_big": (84, ">I"), "escape": (88, "32s"),
          "set": (120, "both2"), "number": (124, "both2"), "block": (128, "both2"), "table_size": (132, "both4"),
          "little": (140, "<I"), "little_more": (144, "<I"), "big": (148, ">I"), "big_more": (152, ">I"), "root": (156, "34s"),
          "publisher": (318, "128s"), "preparer": (446, "128s"), "application": (574, "128s"), "made": (813, "17s"),
          "structure": (881, "B"), "used": (883, "512s")}


def both(number, width=4):
    return number.to_bytes(width, "little") + number.to_bytes(width, "big")


def put(data, fields, values):
    """Sets those fields of a record or descriptor."""
    for name, value in values.items():
        offset, how = fields[name]
        if how.startswith("both"):
            value = both(value, int(how[4]))
        else:
            value = struct.pack(how if how[0] in "<>" else f"<{how}", value)
        data[offset:offset + len(value)] = value


# ---- entries of a system use area ----------------------------------------------------------------
def entry(kind, body, version=1, length=None):
    return kind.encode() + bytes([length or 4 + len(body), version]) + body


def sp(skip=0, magic=b"\xbe\xef"):
    return entry("SP", magic + bytes([skip]))


def px(mode, links=1, serial=None):
    numbers = (mode, links, 0, 0) + (() if serial is None else (serial,))
    return entry("PX", b"".join(map(both, numbers)))


def tf():
    return entry("TF", b"\x0e" + WHEN * 3)


def nm(name, flags=0):
    return entry("NM", bytes([flags]) + (name if isinstance(name, bytes) else name.encode()))


def rr(flags):
    return entry("RR", bytes([flags]))


def ce(extent, offset, size):
    return entry("CE", both(extent) + both(offset) + both(size))


class Continued:
    """A CE entry and the area it leads to, which has these entries; two records may have the same. .fixed: where it leads
    in place of that, (sector, offset, size)."""

    def __init__(self, *entries, fixed=None):
        self.entries, self.fixed, self.place = list(entries), fixed, (0, 0, 0)

    def area(self):
        return pack(self.entries)

    def entry(self):
        return ce(*(self.fixed or self.place))


def pack(entries):
    return b"".join(one.entry() if isinstance(one, Continued) else one for one in entries)


def continued(entries):
    """All areas those lead to, each once."""
    found = []
    for one in entries:
        if isinstance(one, Continued) and one not in found:
            found += [one, *(more for more in continued(one.entries) if more not in found)]
    return found


# ---- what there is -----------------------------------------------------------------------------
class File:
    """extent None: the next free sectors."""

    def __init__(self, content=b"", extent=None):
        self.content, self.extent, self.last = content, extent, extent

    def size(self, _tree):
        return len(self.content)

    def start(self, _tree):
        return self.extent or 0


class Folder:
    """tree ("rock", "joliet") -> records, extent, own records."""

    def __init__(self, parent=None):
        self.parent = parent or self
        self.rock, self.joliet, self.extent, self.sectors = [], [], {}, {}
        self.own = {"rock": [Record(b"\0", self, px(0o40755), tf()), Record(b"\1", self.parent, px(0o40755), tf())],
                    "joliet": [Record(b"\0", self), Record(b"\1", self.parent)]}

    def records(self, tree):
        return self.own[tree] + getattr(self, tree)

    def size(self, tree):
        return self.sectors.get(tree, 1) * SECTOR

    def start(self, tree):
        return self.extent.get(tree, 0)


class Record:
    """A directory record. target: File or Folder; name: how it is called there; set: fields that are otherwise than they
    should be; use: its system use area."""

    def __init__(self, name, target, *use):
        self.id, self.target, self.use, self.set, self.pad = name, target, list(use), {}, True

    def copy(self, **more):
        made = Record(self.id, self.target, *self.use)
        made.set = {**self.set, **more}
        return made

    def name_by_rock(self, name, mode=0o100644):
        self.use = [px(mode), tf(), nm(name)]

    def pack(self, tree):
        head = bytearray(33)
        is_folder = isinstance(self.target, Folder)
        put(head, FIELDS, {"extent": self.target.start(tree), "size": self.target.size(tree), "when": WHEN,
                           "flags": 2 if is_folder else 0, "volume": 1, "id_length": len(self.id)})
        data = head + self.id + (b"" if len(self.id) % 2 else b"\0") + pack(self.use)
        if len(data) % 2 and self.pad:
            data += b"\0"
        put(data, FIELDS, {"length": len(data), **self.set})
        return bytes(data)


def iso_id(name, is_folder, taken=()):
    """NAME.EXT;1, shortened to 8 and 3 letters as genisoimage does, with digits where it is taken."""
    letters = "".join(c if c.isalnum() and c.isascii() else "_" for c in name.upper())
    dot = name.rfind(".") if not is_folder else -1
    base, end = (letters[:dot], f".{letters[dot + 1:][:3]};1") if dot > 0 else (letters, "" if is_folder else ".;1")
    found = (base[:8] + end).encode()
    number = 0
    while found in taken:
        found, number = f"{base[:5]}{number:03}{end}".encode(), number + 1
    return found


def joliet_id(name, is_folder):
    return (name if is_folder else f"{name};1").encode("utf-16be")


class Descriptor:
    """A sector of the list: of a tree, or with the fields set alone."""

    def __init__(self, tree=None, **fields):
        self.tree, self.set = tree, fields

    def pack(self, image):
        data = bytearray(SECTOR)
        fields = {"type": 255, "id": b"CD001", "version": 1}
        if self.tree:
            table = image.tables[self.tree]
            label = image.label.encode() if self.tree == "rock" else image.label[:16].encode("utf-16be")
            blank = b" " if self.tree == "rock" else b"\0 "
            fields |= {"type": 1 if self.tree == "rock" else 2, "label": label + blank * ((32 - len(label)) // len(blank)),
                       "sectors": image.total, "escape": b"%/E" if self.tree == "joliet" else b"", "set": 1, "number": 1,
                       "block": SECTOR, "table_size": len(table[1]), "little": table[0], "big": table[0] + table[3],
                       "root": Record(b"\0", image.folders[""]).pack(self.tree), "structure": 1}
            for at in (813, 830, 847, 864):
                data[at:at + 17] = b"2023111422132000\0"
        put(data, VOLUME, {**fields, **self.set})
        return bytes(data)


class Image:
    """tree: {path: content, None for a folder}; folders before what is in them."""

    def __init__(self, tree, label="HOSTILE"):
        self.label, self.folders, self.files, self.changes = label, {"": Folder()}, {}, []
        self.descriptors = [Descriptor("rock"), Descriptor("joliet"), Descriptor()]
        self.behind = [bytes(SECTOR)]  # sectors behind the descriptors
        self.tables, self.areas, self.total, self.more = {}, [], 0, 0  # more: sectors at the end
        self.gap = 0  # sectors before each file
        self.root().use = [sp(), px(0o40755), tf(), Continued(ER)]
        for path, content in sorted(tree.items()):
            self.add(path, content)

    def root(self, index=0):
        return self.folders[""].own["rock"][index]

    def add(self, path, content=None):
        """A file with that content, of a File, or a folder; in both trees."""
        above, _, name = path.rpartition("/")
        parent = self.folders[above]
        if content is None:
            target = self.folders[path] = Folder(parent)
        else:
            target = content if isinstance(content, File) else File(content)
            self.files[path] = target
        is_folder = content is None
        taken = [one.id for one in parent.rock]
        record = Record(iso_id(name, is_folder, taken), target, px(0o40755 if is_folder else 0o100644), tf(), nm(name))
        parent.rock.append(record)
        parent.joliet.append(Record(joliet_id(name, is_folder), target))
        return record

    def rock(self, path):
        """The record of that path in the Rock Ridge tree; .joliet() in the other."""
        return self._find(path, "rock")

    def joliet(self, path):
        return self._find(path, "joliet")

    def _find(self, path, tree):
        above, _, name = path.rpartition("/")
        target = self.files.get(path) or self.folders[path]
        assert name
        return next(record for record in getattr(self.folders[above], tree) if record.target is target)

    # ---- writing ---------------------------------------------------------------------------------
    def _folder(self, folder, tree):
        sectors = [b""]
        for record in folder.records(tree):
            data = record.pack(tree)
            if len(sectors[-1]) + len(data) > SECTOR:
                sectors.append(b"")
            sectors[-1] += data
        return b"".join(sector.ljust(SECTOR, b"\0") for sector in sectors)

    def _tree(self, tree):
        """The folders of a tree, in the order of its path table."""
        found = [self.folders[""]]
        for folder in found:
            found += [record.target for record in getattr(folder, tree)
                      if isinstance(record.target, Folder) and record.target not in found]
        return found

    def _table(self, tree):
        """Path table, little and big endian."""
        folders, names = self._tree(tree), {}
        for folder in folders:
            names.update({id(record.target): record.id for record in getattr(folder, tree)})
        tables = [b"", b""]
        for folder in folders:
            name = names.get(id(folder), b"\0")
            number = folders.index(folder.parent) + 1
            for index, order in enumerate("<>"):
                tables[index] += (struct.pack(f"{order}BBIH", len(name), 0, folder.start(tree), number) + name +
                                  bytes(len(name) % 2))
        return tables

    def _place_areas(self, folder, free):
        """Those of a folder's records, directly behind it: libarchive finds them nowhere else. The next free sector."""
        at = free * SECTOR
        for one in continued([one for record in folder.records("rock") for one in record.use]):
            if one in self.areas:
                continue
            size = len(one.area())
            at += -at % SECTOR if at % SECTOR + size > SECTOR else 0
            one.place = (at // SECTOR, at % SECTOR, size)
            self.areas.append(one)
            at += size
        return -(-at // SECTOR)

    def _place(self):
        """Gives everything its sectors."""
        free = 16 + len(self.descriptors) + len(self.behind)
        for tree in ("rock", "joliet"):
            tables = self._table(tree)
            size = -(-len(tables[0]) // SECTOR)
            self.tables[tree] = (free, *tables, size)
            free += 2 * size
            for folder in self._tree(tree):
                folder.sectors[tree] = len(self._folder(folder, tree)) // SECTOR
                folder.extent[tree] = free
                free = self._place_areas(folder, free + folder.sectors[tree]) if tree == "rock" else free + folder.sectors[tree]
            self.tables[tree] = (self.tables[tree][0], *self._table(tree), size)
        placed = []
        for file in self.files.values():
            if file.extent is None and file.content:
                file.extent = free + self.gap
                free = file.extent + -(-len(file.content) // SECTOR)
                placed.append(file)
        self.total = free + self.more
        return placed

    def bytes(self):
        kept = {id(file): file.extent for file in self.files.values()}
        self.areas = []
        placed = self._place()
        data = bytearray(self.total * SECTOR)

        def write(sector, content, offset=0):
            at = sector * SECTOR + offset
            data[at:at + len(content)] = content
        for number, descriptor in enumerate(self.descriptors, 16):
            write(number, descriptor.pack(self))
        for number, sector in enumerate(self.behind, 16 + len(self.descriptors)):
            write(number, sector)
        for tree, (first, little, big, size) in self.tables.items():
            write(first, little)
            write(first + size, big)
            for folder in self._tree(tree):
                write(folder.extent[tree], self._folder(folder, tree))
        for one in self.areas:
            write(one.place[0], one.area(), one.place[1])
        for file in placed:
            write(file.extent, file.content)
        for change in self.changes:
            change(data)
        for file in self.files.values():  # so that it can be called again
            file.last = file.extent
            file.extent = kept[id(file)]
        return bytes(data)
