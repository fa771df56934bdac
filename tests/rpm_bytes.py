# SPDX-License-Identifier: GPL-2.0-or-later
"""An RPM taken apart, to change what no tool would write, and put together again."""
import hashlib
import struct

# Tags and types: rpm/rpmtag.h, rpm/header.h.
SHA1, SHA256, SIZE, MD5 = 269, 273, 1000, 1004  # of the signature header
RSA, PGP = 268, 1002  # signatures of the header; of header and payload
SIGMD5, PAYLOADDIGEST, PAYLOADDIGESTALGO, PAYLOADDIGESTALT = 261, 5092, 5093, 5097
INT32, STRING, BIN, STRINGS, I18N = 4, 6, 7, 8, 9
UNIT = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
REGION_SIGNATURE, REGION_HEADER = 62, 63
MAGIC = bytes.fromhex("8eade80100000000")


class Header:
    """Tags as (tag, type, count, bytes), without the region's own."""

    def __init__(self, data, region):
        self.region = region
        entries, size = struct.unpack(">II", data[8:16])
        self.size = 16 + entries * 16 + size
        store = data[16 + entries * 16:self.size]
        self.tags = []
        for i in range(1, entries):
            tag, kind, at, count = struct.unpack(">IIII", data[16 + i * 16:32 + i * 16])
            end = at + count * UNIT.get(kind, 0)
            for _ in range(count if kind not in UNIT else 0):
                end = store.index(b"\0", end) + 1
            self.tags.append((tag, kind, count, store[at:end]))

    def bytes(self):
        index, store = [], b""
        for tag, kind, count, data in self.tags:
            store += bytes(-len(store) % UNIT.get(kind, 1))
            index.append((tag, kind, len(store), count))
            store += data
        entries = len(index) + 1
        index.insert(0, (self.region, BIN, len(store), 16))
        store += struct.pack(">IIiI", self.region, BIN, -16 * entries, 16)
        return MAGIC + struct.pack(">II", entries, len(store)) + b"".join(struct.pack(">IIII", *e) for e in index) + store

    def get(self, tag):
        return next((entry[3] for entry in self.tags if entry[0] == tag), None)

    def drop(self, tag):
        self.tags = [entry for entry in self.tags if entry[0] != tag]

    def set(self, tag, kind, data, count=None):
        """In the tag's place, or where it would be."""
        self.drop(tag)
        self.add(tag, kind, data, count)

    def add(self, tag, kind, data, count=None):
        """Behind others by that number."""
        count = count or (1 if kind == STRING else len(data) // UNIT[kind])
        self.tags.append((tag, kind, count, data))
        self.tags.sort(key=lambda entry: entry[0])


class Package:
    def __init__(self, path):
        data = path.read_bytes()
        self.lead = data[:96]
        self.signature = Header(data[96:], REGION_SIGNATURE)
        at = 96 + (self.signature.size + 7) // 8 * 8
        self.header = Header(data[at:], REGION_HEADER)
        self.payload = data[at + self.header.size:]

    def spoil(self):
        self.payload = self.payload[:-20] + bytes([self.payload[-20] ^ 1]) + self.payload[-19:]

    def follow_in_header(self):
        self.header.set(PAYLOADDIGEST, STRINGS, hashlib.sha256(self.payload).hexdigest().encode() + b"\0", 1)

    def follow(self, *others):
        """What the signature header says of the header, and what else is named."""
        header = self.header.bytes()
        self.signature.set(SHA1, STRING, hashlib.sha1(header).hexdigest().encode() + b"\0")
        self.signature.set(SHA256, STRING, hashlib.sha256(header).hexdigest().encode() + b"\0")
        self.signature.set(SIZE, INT32, struct.pack(">I", len(header + self.payload)))
        if MD5 in others:
            self.signature.set(MD5, BIN, self.md5)

    @property
    def md5(self):
        return hashlib.md5(self.header.bytes() + self.payload).digest()

    def write(self, path):
        signature = self.signature.bytes()
        path.write_bytes(self.lead + signature + bytes(-len(signature) % 8) + self.header.bytes() + self.payload)
