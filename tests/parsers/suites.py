# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's own multipath-tools of each suite, unpacked with all it needs to run, as judges of the hook.

`suite("trixie")` gives a Suite. Its `root` is a directory to chroot into, and `image` an ext4 file system of the same
for a virtual host (Machine.plug, mount it, chroot). Both are shared by all who ask and must not be written to: bind
what a program is to read over /etc/multipath.conf (a file there) and /etc/multipath (an empty folder), in a mount
namespace of one's own; dev, proc, sys, run, tmp and var/lib are empty folders for more such mounts.

    chroot ROOT /usr/sbin/multipath -t              the parsed configuration; needs no device-mapper
    chroot ROOT /usr/sbin/multipathd -d             in a virtual host alone, with dev, proc, sys and run bound in
    chroot ROOT /usr/sbin/dmsetup, kpartx, multipathd show ...   likewise; /bin/sh is dash

The packages come from the mirror this machine's apt takes Debian from, with the Release file of the suite checked
against debian-archive-keyring, and are unpacked without running one of their scripts. They are kept between runs
beside the virtual hosts' system (tests/vm/system.py). The stable suites only change by their own point releases; sid
is what it was when it was first asked for.
"""
import fcntl
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import SOURCE, must

sys.path.insert(0, str(SOURCE / "tests" / "vm"))
from system import cache, digest, unpack  # noqa: E402

SUITES = ("bullseye", "bookworm", "trixie", "sid")
# What multipath-tools depends on comes with it. The rest is for virtual hosts; mount and kmod are of the host's own.
PACKAGES = ("multipath-tools", "kpartx", "dmsetup", "dash", "coreutils")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
NEEDLESS = ("share/doc", "share/man", "share/locale", "share/info", "share/lintian", "share/bash-completion", "share/perl5",
            "share/zoneinfo", "lib/x86_64-linux-gnu/perl-base", "lib/x86_64-linux-gnu/gconv", "lib/udev/hwdb.d")
FOLDERS = ("dev", "proc", "sys", "run", "tmp", "var/lib", "etc/multipath")


@dataclass(frozen=True)
class Suite:
    name: str
    directory: Path

    @property
    def root(self):
        return self.directory / "root"

    @property
    def image(self):
        return self.directory / "image"

    @property
    def version(self):
        """Upstream's, as numbers: (0, 9, 4)."""
        return tuple(map(int, (self.directory / "version").read_text().split(".")))


def suite(name):
    """The suite, made now if it is not in the cache; of several that ask at once one makes it. Skips the test, with the
    reason, where it cannot be had."""
    place = cache() / f"suite-{name}-{digest([Path(__file__)])}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{place}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            forget_old(place.parent)
            making = Path(f"{place}.new")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(name, making)
            making.rename(place)
    return Suite(name, place)


def forget_old(directory):
    """Takes away what no test asked for in a week."""
    for lock in directory.glob("suite-*.lock"):
        if lock.stat().st_mtime < time.time() - 7 * 24 * 3600:
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()


def make(name, directory):
    work, root = directory / "work", directory / "root"
    try:
        download(name, work)
    except AssertionError as error:
        pytest.skip(f"Debian {name} cannot be had: {str(error).strip().splitlines()[-1]}")
    unpack(work / "debs", root)
    for folder in NEEDLESS:
        shutil.rmtree(root / "usr" / folder, ignore_errors=True)
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "etc/multipath.conf").touch()
    if not (root / "usr/bin/sh").exists():  # up to bullseye made by a script
        (root / "usr/bin/sh").symlink_to("dash")
    deb = next(work.glob("debs/multipath-tools_*.deb"))
    version = must(["dpkg-deb", "--field", deb, "Version"]).stdout
    (directory / "version").write_text(version.partition("-")[0])
    must(["mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", root, directory / "image", "192M"])
    shutil.rmtree(work)


def mirror():
    """Where this machine takes Debian's packages from. AssertionError where it does not."""
    listed = must(["apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)", "Identifier: Packages"]).stdout
    found = [line.split()[2] for line in listed.splitlines() if line.startswith("Debian Debian ")]
    assert found, "apt of this machine has no source of Debian's"
    return found[0]


def download(name, work):
    """The packages and all they depend on as work/debs/*.deb, with an apt state of its own. AssertionError: not to be had."""
    debs, lists, status, sources = (work / part for part in ("debs", "lists", "none-installed", "sources.list"))
    (debs / "partial").mkdir(parents=True)
    (lists / "partial").mkdir(parents=True)
    status.touch()
    sources.write_text(f"deb [arch=amd64 signed-by={KEYRING}] {mirror()} {name} main\n")
    options = {"Dir::Etc::sourcelist": sources, "Dir::Etc::sourceparts": "-", "Dir::State::lists": lists,
               "Dir::State::status": status, "Dir::Cache::archives": debs, "Dir::Cache::pkgcache": "",
               "Dir::Cache::srcpkgcache": "", "APT::Architectures": "amd64", "APT::Sandbox::User": "root",
               "APT::Install-Recommends": "false", "Acquire::Retries": "3"}
    apt = ["apt-get", "-qq", "-y", *(word for key, value in options.items() for word in ("-o", f"{key}={value}"))]
    must([*apt, "update"], timeout=900)
    must([*apt, "--download-only", "install", *PACKAGES], timeout=900)
