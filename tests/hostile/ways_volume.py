# SPDX-License-Identifier: GPL-2.0-or-later
"""Descriptors, and bytes beside all else (ways.py)."""
from iso import SECTOR, Descriptor, File
from ways import UPDATE, breaks


# ---- descriptors and what lies beside ------------------------------------------------------------
@breaks("image-descriptors")
def second_joliet(image):
    """The first counts for Linux and libarchive, the last for DiscUtils and 7-Zip."""
    image.descriptors.insert(2, Descriptor("joliet"))


@breaks("image-descriptors")
def second_primary(image):
    image.descriptors.insert(1, Descriptor("rock"))


@breaks("image-descriptors")
def boot_record(image):
    image.descriptors.insert(1, Descriptor(type=0, system=b"EL TORITO SPECIFICATION"))


@breaks("image-descriptors")
def partition(image):
    image.descriptors.insert(2, Descriptor(type=3))


@breaks("image-descriptors")
def enhanced_volume(image):
    image.descriptors.insert(1, Descriptor("joliet", version=2, structure=2, escape=b""))


@breaks("image-descriptors")
def joliet_of_version_2(image):
    image.descriptors[1].set["version"] = 2


@breaks("image-descriptors")
def no_end(image):
    image.descriptors.pop()


@breaks("image-structure")
def further_escapes(image):
    image.descriptors[1].set["escape"] = b"%/@%/E"


@breaks("image-structure")
def escapes_not_registered(image):
    image.descriptors[1].set["flags"] = 1


@breaks("image-structure")
def joliet_volume_is_smaller(image):
    image.descriptors[1].set["sectors"] = 30


@breaks("image-structure")
def volume_size_differs_big_endian(image):
    image.descriptors[0].set["sectors_big"] = 30


@breaks("image-structure")
def blocks_of_1024_bytes(image):
    image.descriptors[0].set["block"] = 1024


@breaks("image-structure")
def two_volumes(image):
    image.descriptors[0].set["set"] = 2


@breaks("image-descriptors")
def udf_behind(image):
    image.behind = [b"\0BEA01\1".ljust(SECTOR, b"\0"), b"\0NSR02\1".ljust(SECTOR, b"\0"), b"\0TEA01\1".ljust(SECTOR, b"\0")]


@breaks("image-descriptors")
def udf_in_a_file(image):
    """The sector behind the descriptors belongs to a file, and says that this is UDF."""
    image.behind[0] = b"\0NSR02\1".ljust(SECTOR, b"\0")
    image.add("zz", File(b"", extent=0))
    for record in (image.rock("zz"), image.joliet("zz")):
        record.set.update(extent=19, size=7)


def stray(at, what):
    def change(image):
        image.changes.append(lambda data: data.__setitem__(slice(at, at + len(what)), what))
    change.__name__ = f"stray_at_{at}"
    return breaks("image-stray")(change)


for bad in ((0, b"ER\x08\0"), (1024, b"BD"), (1024 + 56, b"\x53\xef"), (510, b"\x55\xaa"), (32767, b"x"), (19 * SECTOR, b"x")):
    stray(*bad)


@breaks("image-stray")
def bytes_behind_a_file(image):
    """A page of a mapped file shows them."""
    image.changes.append(lambda data: data.__setitem__(
        image.files[UPDATE].extent * SECTOR + len(image.files[UPDATE].content), 1))


@breaks("image-stray")
def bytes_at_the_end(image):
    image.more = 1
    image.changes.append(lambda data: data.__setitem__(-1, 1))


@breaks("image-size")
def sectors_behind_the_volume(image):
    image.changes.append(lambda data: data.extend(bytes(SECTOR)))


@breaks("image-size")
def volume_behind_the_image(image):
    for descriptor in image.descriptors[:2]:
        descriptor.set["sectors"] = 1 << 20


@breaks("image-joliet")
def no_joliet(image):
    image.descriptors.pop(1)
