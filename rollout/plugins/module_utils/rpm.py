# SPDX-License-Identifier: GPL-2.0-or-later
"""The signatures in an RPM, and what each of them covers. Runs on Python 2.7 and 3.6 as well.

Format: a lead, a header of signatures padded to 8 bytes, a header, the payload (rpm 4's doc/manual/format.md).
"""
from __future__ import absolute_import, division, print_function

import struct

from ansible_collections.suppack.rollout.plugins.module_utils.image import ImageError

__metaclass__ = type

LEAD, LEAD_MAGIC, HEADER_MAGIC = 96, b"\xed\xab\xee\xdb", b"\x8e\xad\xe8\x01"
OF_HEADER = (267, 268)  # RPMSIGTAG_DSA, RPMSIGTAG_RSA
OF_ALL = (1002, 1005)   # RPMSIGTAG_PGP, RPMSIGTAG_GPG: header and payload
BINARY = 7
MOST_ENTRIES = 1 << 16


def signed_parts(data):
    """[(signature, the bytes it covers)] of a package's bytes; [] in one that is not signed."""
    data = memoryview(data)  # parts of it are no copies
    if data[:4] != LEAD_MAGIC:
        raise ImageError("it is no RPM")
    entries, end = _header(data, LEAD)
    begin = end + -(end - LEAD) % 8
    after = _header(data, begin)[1]
    return [(value, data[begin:after] if tag in OF_HEADER else data[begin:])
            for tag, value in entries if tag in OF_HEADER + OF_ALL]


def _header(data, begin):
    """([(tag, value)] of what is binary in the header there, where the header ends)"""
    if data[begin:begin + 4] != HEADER_MAGIC or len(data) < begin + 16:
        raise ImageError("it is a damaged RPM")
    count, size = struct.unpack_from(">LL", data, begin + 8)
    store = begin + 16 + count * 16
    if count > MOST_ENTRIES or store + size > len(data):
        raise ImageError("it is a damaged RPM")
    found = []
    for number in range(count):
        tag, kind, offset, length = struct.unpack_from(">LLLL", data, begin + 16 + number * 16)
        if kind == BINARY:
            found.append((tag, data[store + offset:min(store + offset + length, store + size)]))
    return found, store + size
