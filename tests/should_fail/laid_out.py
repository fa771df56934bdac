# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes to the records of suppack's own images that all readers take alike. Places: ECMA-119 8.4, 8.5."""
SECTOR, PRIMARY, JOLIET, APPLICATION = 2048, 16, 17, 574
RECORDED = bytes((2023 - 1900, 11, 14, 22, 13, 20, 0))  # EPOCH, as records and Rock Ridge have it


def mark_of(data):
    """The application id, which says who laid the image out."""
    at = PRIMARY * SECTOR + APPLICATION
    return bytes(data[at:at + 128]).rstrip(b" ")


def made_by(mark):
    """Changes what both descriptors say."""
    def change(data):
        at = PRIMARY * SECTOR + APPLICATION
        data[at:at + 128] = mark.ljust(128)
        at += SECTOR
        data[at:at + 128] = mark.decode().ljust(64).encode("utf-16be")
    return change


def later(data):
    """Every time stamp of a record is one of the year after."""
    assert data.count(RECORDED) > 100
    return bytearray(data.replace(RECORDED, bytes((RECORDED[0] + 1,)) + RECORDED[1:]))
