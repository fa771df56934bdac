# SPDX-License-Identifier: GPL-2.0-or-later
"""What a virtual host is made of: Debian's kernel, a first root with its modules, and a /usr with the real tools.

Made from the packages' own files with apt and dpkg-deb, without running one of their scripts, and kept between
runs under ${XDG_CACHE_HOME:-/var/cache}/suppack, in a folder named by the digest of what it was made from.
"""
import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import machine
from support import SOURCE, environment, must, run

HERE = Path(__file__).resolve().parent
GUEST = HERE / "guest"
SERVE = SOURCE / "tests" / "interop" / "serve.py"  # the update server, the same as the scratch roots'
USR_MIB = 448
ROOT_MIB = 96  # a machine's state knows the size of its disks
PACKAGES = ("bash", "coreutils", "dash", "diffutils", "dmsetup", "dnf", "findutils", "gpg", "gpg-agent", "grep", "kmod",
            "linux-image-amd64", "mawk", "mount", "multipath-tools", "procps", "qemu-guest-agent", "rpm", "sed", "strace",
            "udev", "util-linux")
# Of the kernel's modules those a host of this kind needs, and what they need.
MODULES = ("kernel/arch", "kernel/crypto", "kernel/lib", "kernel/block", "kernel/drivers/acpi", "kernel/drivers/block",
           "kernel/drivers/cdrom", "kernel/drivers/char", "kernel/drivers/md", "kernel/drivers/scsi",
           "kernel/drivers/virtio", "kernel/fs/ext4", "kernel/fs/isofs", "kernel/fs/jbd2", "kernel/fs/nls", "kernel/fs/fat",
           "kernel/fs/mbcache.ko", "kernel/fs/overlayfs", "kernel/fs/udf")
FIRST = ("virtio_pci", "virtio_blk", "virtio_console", "virtio_rng", "ext4", "crc32c_generic")  # before there is a /usr
NEEDLESS = ("share/doc", "share/man", "share/locale", "share/info", "share/lintian", "share/bash-completion", "share/perl",
            "lib/x86_64-linux-gnu/perl", "include")


class System:
    """Files in the cache: kernel, initrd, usr (an ext4 image that no host ever writes to), and waiting, the state of
    a machine that waits in its first root for the word to go on with a root disk of ROOT_MIB."""

    def __init__(self, directory, waiting):
        self.directory = Path(directory)
        self.kernel, self.initrd, self.usr, self.waiting = (
            self.directory / name for name in ("vmlinuz", "initrd", "usr.img", f"waiting-{waiting}"))


def cache():
    return Path(os.environ.get("XDG_CACHE_HOME") or "/var/cache") / "suppack"


def digest(files, *more):
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + "".join(more).encode()).hexdigest()[:16]


def system():
    """The system, made now if it is not in the cache; of several that ask at once one makes it.

    Debian's own updates make no new one: the release is stable."""
    place = cache() / f"vm-{digest([Path(__file__), SERVE, *sorted(GUEST.iterdir())])}"
    # No other qemu, nor the same with other devices, may take a saved state.
    waiting = digest([Path(machine.__file__)], must(["qemu-system-x86_64", "--version"]).stdout)
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{place}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            forget_old(place.parent)
            making = Path(f"{place}.new")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            making.rename(place)
        made = System(place, waiting)
        if not made.waiting.exists():
            wait(made)
    return made


def forget_old(directory):
    """Takes away what no test asked for in a week."""
    for lock in directory.glob("vm-*.lock"):
        if lock.stat().st_mtime < time.time() - 7 * 24 * 3600:
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()


def make(directory):
    debs, tree, first = (directory / name for name in ("debs", "tree", "first"))
    download(debs)
    unpack(debs, tree)
    release = next((tree / "usr/lib/modules").iterdir()).name
    prune(tree, release)
    made = System(directory, "")
    shutil.copy2(tree / f"boot/vmlinuz-{release}", made.kernel)
    first_root(first, tree, release)
    with open(made.initrd, "wb") as out:
        subprocess.run(["sh", "-c", "find . | cpio -o -H newc --quiet | gzip -1"], cwd=first, stdout=out, check=True)
    image(tree / "usr", made.usr, "ext4", USR_MIB)
    for done in (debs, tree, first):
        shutil.rmtree(done)


def wait(made):
    """Boots a machine until it waits, and keeps its state."""
    blank, state = (made.directory / name for name in ("blank", "state"))
    with open(blank, "wb") as disk:
        disk.truncate(ROOT_MIB << 20)
    machine.Machine(made, blank).save(state)
    blank.unlink()
    state.rename(made.waiting)


def image(tree, file, kind, mib):
    """A file system of this kind (ext3, ext4) with the tree's content."""
    must(["mke2fs", "-q", "-F", "-t", kind, "-E", "lazy_itable_init=0,lazy_journal_init=0", "-d", tree, file, f"{mib}M"])


def download(debs):
    """The packages and all they depend on, whatever is installed on this machine."""
    (debs / "partial").mkdir(parents=True)
    status = debs / "none-installed"
    status.touch()
    command = ["apt-get", "-qq", "-y", "--download-only", "-o", f"Dir::State::status={status}", "-o",
               "APT::Architectures=amd64", "-o", f"Dir::Cache::archives={debs}", "-o", "Dir::Cache::pkgcache=", "-o",
               "Dir::Cache::srcpkgcache=", "-o", "APT::Sandbox::User=root", "-o", "APT::Install-Recommends=false",
               "install", *PACKAGES]
    if run(command).returncode != 0:  # the package lists are older than the mirror
        run(["apt-get", "-qq", "update"])
        must(command)


def unpack(debs, tree):
    for link in ("bin", "sbin", "lib", "lib64"):
        (tree / "usr" / link).mkdir(parents=True)
        (tree / link).symlink_to(f"usr/{link}")
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"', "sh",
                        deb, tree], check=True, env=environment())


def prune(tree, release):
    modules = tree / "usr/lib/modules" / release
    whole = modules.rename(tree / "modules")
    for part in MODULES:
        if (whole / part).exists():
            (modules / part).parent.mkdir(parents=True, exist_ok=True)
            (whole / part).rename(modules / part)
    for index in whole.glob("modules.*"):
        index.rename(modules / index.name)
    must(["depmod", "-b", tree, release])
    for folder in NEEDLESS:
        shutil.rmtree(tree / "usr" / folder, ignore_errors=True)
    (tree / "usr/share/doc").mkdir()  # the host's own is mounted there: packages put documentation into it
    # dom0's /bin is a folder of its own here, so links in /usr must not lead through it.
    for link in (path for path in (tree / "usr").rglob("*") if path.is_symlink()):
        target = os.readlink(link)
        if target.startswith(("/bin/", "/sbin/", "/lib/")):
            link.unlink()
            link.symlink_to(f"/usr{target}")
    # What the packages' scripts would have made.
    (tree / "usr/bin/awk").symlink_to("mawk")
    must(["python3", "-m", "compileall", "-q", "-s", tree, tree / "usr/lib/python3", tree / "usr/lib/python3.11"])
    ours = tree / "usr/lib/suppack-vm"
    ours.mkdir()
    shutil.copy2(GUEST / "start", ours)
    shutil.copy2(SERVE, ours)


def first_root(first, tree, release):
    for folder in ("bin", "dev", "host", "proc", "sys", "tmp", "usr", "modules", "run", "etc"):
        (first / folder).mkdir(parents=True)
    for link in ("lib", "lib64"):
        (first / link).symlink_to(f"usr/{link}")
    shutil.copy2("/usr/bin/busybox", first / "bin/busybox")
    (first / "bin/sh").symlink_to("busybox")
    shutil.copy2(GUEST / "init", first / "init")
    order = []
    for name in FIRST:
        for line in must(["modprobe", "-d", tree, "-S", release, "--show-depends", name]).stdout.splitlines():
            if line.startswith("insmod") and line.split()[1] not in order:
                order.append(line.split()[1])
    for module in order:
        shutil.copy2(module, first / "modules")
    (first / "modules/order").write_text("".join(f"{Path(module).name}\n" for module in order))
