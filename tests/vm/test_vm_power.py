# SPDX-License-Identifier: GPL-2.0-or-later
"""Power cuts while the pack is installed, upgraded and removed, with a disk that keeps only what was flushed.

A disk changes by writes and flushes alone, so an instant is a number of them: one between two of them is no other.
The same machine that lost its power is not asked anything; another boots from what the disk then holds.
"""
import random

import pytest

import expect
import lun
from hosts import keep
from layouts import LABEL
from lossy_disk import LossyDisk
from stages import HOOK, INSTALL, NEW, OLD, OTHERS, REMOVE, TEMP, drop_in, stock
from support import sample
from vm_host import VmHost

CUTS = 10  # of each operation on each file system
KINDS = ("ext3", "ext4")  # dom0's root is ext3
# So that the kernel's own commit, each 5 s, does not come between on a slow machine.
NO_COMMIT = "mount -o remount,commit=300 /"
OPERATIONS = {"install": INSTALL.format(OLD), "upgrade": INSTALL.format(NEW), "remove": REMOVE}


@pytest.fixture(scope="session")
def stages(saved, packs, tmp_path_factory):
    """stages(kind): what is before each operation: a saved state, and the file's bytes before and after."""
    made = {}

    def make(kind):
        if kind not in made:
            work = tmp_path_factory.mktemp(f"stages-{kind}")
            host = saved(kind).wake(work)
            stock(host, packs)
            others = host.shell(OTHERS)
            bare = keep(host, work / "bare")
            host = bare.wake(work)
            host.shell(INSTALL.format(OLD))
            old = drop_in(host)
            with_old = keep(host, work / "with-old")
            host = with_old.wake(work)
            host.shell(INSTALL.format(NEW))
            new = drop_in(host)
            host.close()
            assert old and new and old != new
            made[kind] = {"install": (bare, None, old, others), "upgrade": (with_old, old, new, others),
                          "remove": (with_old, old, None, others)}
        return made[kind]
    return make


class Cut:
    """One machine on a lossy disk that runs a command until its power is cut."""

    def __init__(self, stage):
        self.disk = LossyDisk(stage.disk.read_bytes())
        try:
            self.host = VmHost.wake(stage.system, self.disk.name, stage.state)
        except BaseException:
            self.disk.close()
            raise

    def run(self, command, after=None):
        """Cuts at the after-th change of the disk, or at the end. How many changes there were."""
        machine = self.host.machine
        self.disk.cut_after(after, machine.process.kill)
        try:
            machine.wait(machine.start("/bin/sh", "-c", command))
        except ConnectionError:
            assert after, "the machine ended by itself"
        return self.off()

    def off(self):
        self.host.close()
        self.disk.close()
        return self.disk.changes


@pytest.fixture
def boot_from(system):
    """boot_from(bytes, kind, mode): a host that starts from what was left."""
    running = []

    def boot(content, kind, mode="bare"):
        disk = LossyDisk(content)
        host = VmHost.boot(system, disk.name, kind, mode)
        running.append((host, disk))
        return host
    yield boot
    for host, disk in running:
        host.close()
        disk.close()


COUNTED = {}  # changes of the disk in an uncut run; any value near it would do


def changes(stages, kind, operation):
    if (kind, operation) not in COUNTED:
        COUNTED[kind, operation] = Cut(stages(kind)[operation][0]).run(OPERATIONS[operation])
    return COUNTED[kind, operation]


def finish(host, operation, packs):
    """A second run of the same, then what must be true after it; at last all of it taken away."""
    if operation != "remove":
        stock(host, packs)
        host.shell(OPERATIONS[operation])
        host.must("rpm", "-V", *expect.PACKAGES)
        expect.applied(host)
    left = [name for name in expect.PACKAGES if host.run("rpm", "-q", name).returncode == 0]
    if left:
        host.must("rpm", "-e", *left)


CASES = [(kind, operation, number) for kind in KINDS for number in range(CUTS) for operation in OPERATIONS]


@pytest.mark.parametrize("kind, operation, number", sample(CASES))
def test_cut(stages, boot_from, packs, kind, operation, number, record_property):
    stage, before, after, others = stages(kind)[operation]
    chance = random.Random(f"{kind} {operation} {number}")
    instant = chance.randint(1, changes(stages, kind, operation) + 1)
    cut = Cut(stage)
    cut.run(OPERATIONS[operation], instant)
    host = boot_from(cut.disk.after_cut(chance), kind)
    found = drop_in(host)
    assert found in (before, after), found
    record_property("cut", f"{kind} {operation}, left the {'old' if found == before else 'new'} file")
    # The new file may have come through without its name; the next run takes it away.
    assert "".join(line for line in host.shell(OTHERS).splitlines(True) if not line.endswith(f"/{TEMP}\n")) == others
    host.must("rpm", "-qa")
    host.must("rpmdb", "--verifydb")
    finish(host, operation, packs)
    assert drop_in(host) is None and host.shell(OTHERS) == others
    assert host.packages() & {f"{name}-{version}" for name in expect.PACKAGES for version in (OLD, NEW)} == set()
    assert not host.path(f"/var/lib/{LABEL}").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_disk_loses_what_was_not_synced(saved, boot_from, kind):
    """The control: without it, the cuts above would show nothing. What is written last, past the page cache but without
    a flush, the disk has and may lose; what is in the guest's memory alone is lost; what was synced is kept."""
    cut = Cut(saved(kind))
    cut.run(f"{NO_COMMIT} && cd /etc && fill() {{ yes $1 | tr -d '\\n' | head -c 4096 >/run/block; }} && "
            "fill a && cp /run/block direct && echo kept >kept && sync && "
            "fill b && dd if=/run/block of=direct oflag=direct conv=notrunc bs=4096 && echo lost >lost")
    host = boot_from(cut.disk.after_cut(random.Random(0), share=0), kind)
    assert host.read("/etc/kept") == b"kept\n" and host.read("/etc/direct") == b"a" * 4096
    assert not host.path("/etc/lost").exists() or host.read("/etc/lost") == b""
    host = boot_from(cut.disk.after_cut(random.Random(0), share=1), kind)
    assert host.read("/etc/direct") == b"b" * 4096
    assert not host.path("/etc/lost").exists() or host.read("/etc/lost") == b""


@pytest.mark.parametrize("kind", KINDS)
def test_done_means_kept_because_it_was_synced(stages, boot_from, kind):
    """Cut at once after the hook said it is done, with nothing come through that was not flushed: the file is there
    after the boot, and multipathd uses it. The same with the hook's fsync made to do nothing: it is not."""
    stage, _, _, _ = stages(kind)["install"]
    unpack = "rpm -U --noscripts /run/rpms/1.0.0/*.rpm && sync && "
    synced, unsynced = Cut(stage), Cut(stage)
    synced.run(f"{unpack} {HOOK} install")
    unsynced.run(f"{NO_COMMIT} && {unpack} strace -o /dev/null -e inject=fsync,fdatasync,syncfs,sync:retval=0 {HOOK} install")
    host = boot_from(synced.disk.after_cut(random.Random(0), share=0), kind, "whole")
    expect.applied(host)
    assert expect.status(host)["daemon"] == "agrees" and lun.policy(host) == lun.STANZA
    host = boot_from(unsynced.disk.after_cut(random.Random(0), share=0), kind)
    assert not drop_in(host), "the disk keeps what was not flushed: the cuts above show nothing"
