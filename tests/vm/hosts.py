# SPDX-License-Identifier: GPL-2.0-or-later
"""Root disks and saved states of virtual hosts."""
import shutil
from pathlib import Path

from dom0 import Dom0
from support import must
from system import ROOT_MIB, image
from vm_host import LAYOUT, VmHost


def first_disk(directory, kind="ext3"):
    """The root disk of a host with nothing of ours on it: dom0.py's scratch root on a file system of that kind."""
    work = Path(directory) / f"made-{kind}"
    work.mkdir()
    Dom0.create(work / "root", LAYOUT, None, work)
    (work / "root/sbin").symlink_to("usr/sbin")  # as in dom0, where the hook finds multipath by this name
    image(work / "root", Path(directory) / f"disk-{kind}", kind, ROOT_MIB)
    shutil.rmtree(work)
    return Path(directory) / f"disk-{kind}"


class Saved:
    """A running host's state and its root disk as it was then, in a folder of their own."""

    def __init__(self, system, directory, plugged):
        self.system, self.directory, self.plugged = system, directory, plugged
        self.state, self.disk = directory / "state", directory / "disk"
        self.count = 0

    def wake(self, directory):
        """The host once more, in that state, with its own copy of the disk in directory."""
        self.count += 1
        disk = Path(directory) / f"{self.directory.name}-{self.count}"
        must(["cp", "--sparse=always", self.disk, disk])
        return VmHost.wake(self.system, disk, self.state, self.plugged)


def keep(host, directory):
    """Saves a host's state, which ends it, and takes its disk over. Saved."""
    directory.mkdir()
    kept = Saved(host.machine.system, directory, host.machine.plugged)
    host.shell("sync")
    host.machine.save(kept.state)
    host.disk.rename(kept.disk)
    return kept
