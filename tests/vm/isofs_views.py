# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs in a virtual machine: mounts each image of a disk as the kernel's isofs in several ways, and prints what is there.

usage: isofs_views.py DISK      The disk begins with a line of JSON, [[offset, size], ...]; a line of JSON an image comes
out: {options: {path: SHA-256}, or the error}.
"""
import ctypes
import fcntl
import hashlib
import json
import os
import struct
import sys

VIEWS = ("", "nojoliet", "norock", "norock,nojoliet")
GET_FREE, CONFIGURE, CLEAR = 0x4C82, 0x4C0A, 0x4C01
READ_ONLY = 1
PLACE = "/tmp/view"
libc = ctypes.CDLL(None, use_errno=True)


def attach(disk, offset, size):
    """A loop device of that part of the disk."""
    control = os.open("/dev/loop-control", os.O_RDWR)
    number = fcntl.ioctl(control, GET_FREE)
    os.close(control)
    loop = os.open(f"/dev/loop{number}", os.O_RDONLY)
    info = struct.pack("=5Q4I64s64s32s2Q", 0, 0, 0, offset, size, 0, 0, 0, READ_ONLY, b"", b"", b"", 0, 0)
    fcntl.ioctl(loop, CONFIGURE, struct.pack("=II", disk, 2048) + info + bytes(64))
    return loop, f"/dev/loop{number}"


def content():
    """{path: SHA-256} of all files below PLACE, each opened by its name; a folder that cannot be read is an error."""
    found = {}

    def give_up(error):
        raise error
    for folder, _, names in os.walk(PLACE, onerror=give_up):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, PLACE)] = hashlib.sha256(file.read()).hexdigest()
    return found


def view(device, options):
    if libc.mount(device.encode(), PLACE.encode(), b"iso9660", READ_ONLY, options.encode()) != 0:
        return f"mount: {os.strerror(ctypes.get_errno())}"
    try:
        return content()
    except OSError as error:
        return str(error)
    finally:
        libc.umount(PLACE.encode())


def main():
    os.makedirs(PLACE, exist_ok=True)
    disk = os.open(sys.argv[1], os.O_RDONLY)
    with open(sys.argv[1], "rb") as file:
        places = json.loads(file.readline())
    for offset, size in places:
        loop, device = attach(disk, offset, size)
        print(json.dumps({options: view(device, options) for options in VIEWS}))
        fcntl.ioctl(loop, CLEAR)
        os.close(loop)


main()
