# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual machine as a dom0: what the interoperability tests ask of a scratch root, asked of a running host.

Real: the kernel, udev, multipathd, isofs, the file system of the root disk, rpm, dnf, gpg, the pack, its hook.
Made up: the array (the kernel's scsi_debug with QuantaStor's names), the release's own packages (dom0.py), xapi (xapi.py).
"""
import subprocess
from pathlib import PurePosixPath

import lun
from dom0 import Dom0
from layouts import BY_NAME
from machine import Machine

LAYOUT = BY_NAME["xcp-ng-8.3"]
ENVIRONMENT = ("PATH=/usr/sbin:/usr/bin:/sbin:/bin:/opt/xensource/bin", "HOME=/root", "LANG=C")
ATTACHED = """mount --bind "$1" "$2" && mount -o remount,bind,ro "$2" || exit 125
place=$2
shift 2
"$@"
status=$?
umount "$place"
exit "$status"
"""


class GuestPath(PurePosixPath):
    """As much of pathlib.Path as is asked of a path in the guest. host is set by VmHost."""
    host = None

    def _true(self, test):
        return self.host.run("test", test, self).returncode == 0

    def exists(self):
        return self._true("-e")

    def is_file(self):
        return self._true("-f")

    def is_dir(self):
        return self._true("-d")

    def iterdir(self):
        return [self / name for name in self.host.must("ls", "-A", self).stdout.splitlines()]

    def read_bytes(self):
        return self.host.read(str(self))

    def read_text(self):
        return self.read_bytes().decode()

    def mkdir(self, parents=False):
        self.host.must("mkdir", *(["-p"] if parents else []), self)

    def rmdir(self):
        self.host.must("rmdir", self)

    def unlink(self):
        self.host.must("rm", self)


class GuestServer:
    """publish and withdraw of serve.UpdateServer, which runs in the guest since its boot (guest/start)."""

    def __init__(self, machine):
        self.machine = machine

    def publish(self, url_path, tree):
        self.machine.shell('mkdir -p "$(dirname "/run/www/$1")" && ln -sfn "$2" "/run/www/$1"', url_path, str(tree))

    def withdraw(self, url_path):
        self.machine.shell('rm -f "/run/www/$1"', url_path)


class VmHost(Dom0):
    def __init__(self, machine, disk):
        super().__init__("/", LAYOUT, GuestServer(machine))
        self.machine, self.disk, self.mounted = machine, disk, 0
        self._path = type("PathHere", (GuestPath,), {"host": self})

    @classmethod
    def wake(cls, system, disk, state, plugged=()):
        """A host in a saved state, with the disks that were plugged in. disk: its root disk as it was then; it will be
        written to."""
        return cls(Machine(system, disk, state, plugged), disk)

    @classmethod
    def boot(cls, system, disk, kind="ext3", mode="whole"):
        """A host that starts from this root disk."""
        self = cls(Machine(system, disk, system.waiting), disk)
        self.machine.boot(kind, mode)
        if mode == "whole":
            lun.wait_for_map(self)
        return self

    # ---- what Dom0 does ------------------------------------------------------------------------
    def path(self, inside):
        return self._path(inside)

    def read(self, inside):
        status, out, err = self.machine.wait(self.machine.start("cat", inside))
        assert status == 0, err
        return out

    def put(self, inside, content, mode=0o644):
        self.machine.shell('mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"', inside, f"{mode:o}", typed=content)
        return self.path(inside)

    def run(self, *argv, attach=None, merged=False, typed="", timeout=600):
        if merged:
            argv = ("/bin/sh", "-c", 'exec "$@" 2>&1', "sh", *argv)
        if attach:
            argv = ("/bin/sh", "-c", ATTACHED, "sh", *attach, *argv)
        status, out, err = self.machine.wait(self.machine.start(*argv, typed=typed, env=ENVIRONMENT), timeout)
        return subprocess.CompletedProcess(argv, status, out.decode(errors="replace"), err.decode(errors="replace"))

    def copy(self, root):
        raise NotImplementedError("wake another one")

    # ---- more ----------------------------------------------------------------------------------
    def shell(self, script, *words, **how):
        return self.machine.shell(script, *words, **how)

    def insert(self, iso):
        """Plugs an image in and mounts it with the kernel's isofs. Its tree in the guest."""
        device = self.machine.plug(iso)
        self.mounted += 1
        self.shell('mkdir "$2" && mount -t iso9660 -o ro "$1" "$2"', device, f"/run/iso/{self.mounted}")
        return self.path(f"/run/iso/{self.mounted}")

    def close(self):
        self.machine.close()
