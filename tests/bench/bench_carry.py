# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs that carry many ready RPMs: building, verifying and publishing them, in time and in memory."""
import os
import re
import shutil
import tempfile
from pathlib import Path

from measure import peak_kib, spawn
from rpms import Rpm, make_rpms
from support import EPOCH, SOURCE, Key, environment
from usual import pack

BIG = (500, (2 << 30) // 500)  # 2 GiB
SCALES = ((10, 100_000), (100, 100_000), (500, 100_000), (5000, 100_000))


def carried_pack(bench, count, size):
    """A folder with `count` RPMs of about `size` bytes that cannot be packed any smaller, and a description."""
    folder = Path(tempfile.mkdtemp(dir=bench.scratch))
    rpms = folder / "spec/rpms"
    for first in range(0, count, 250):
        part = range(first, min(first + 250, count))
        make_rpms(rpms, *[Rpm(f"carried-{i:04}", files={f"/opt/carried-{i:04}/file": os.urandom(size)}) for i in part],
                  payload="w0.gzdio")
    text, found = re.subn(r"(?m)^files +=", "files = rpms/*.rpm", (SOURCE / "spec/quantastor/pack.ini").read_text())
    assert found == 1
    (folder / "spec/pack.ini").write_text(text)
    shutil.copy(SOURCE / "spec/quantastor/multipath.conf", folder / "spec")
    return folder


class Carried:
    def __init__(self, bench, count, size, key=None):
        self.suppack, self.folder, self.key = bench.suppack, carried_pack(bench, count, size), key
        self.rpms = sorted((self.folder / "spec/rpms").glob("*.rpm"))
        self.env = environment(SOURCE_DATE_EPOCH=EPOCH, HOME=self.folder, TMPDIR=self.folder)
        self.iso = self._signed() if key else None

    def _signed(self):
        """Once: a thousand signatures are gpg's work, not ours."""
        out = self.folder / "signed"
        spawn(*self._build(out, "--key", self.key.id), env={**self.env, "GNUPGHOME": str(self.key.home)})
        return next(iter(out.glob("*.iso")))

    def _build(self, out, *how):
        out.mkdir(exist_ok=True)
        return [self.suppack, "build", "--force", "-q", "--no-classic", *how, "-o", out, self.folder / "spec/pack.ini"]

    def command(self):
        return self._build(self.folder / "out", "--unsigned")

    def build(self):
        spawn(*self.command(), env=self.env)

    def usual(self):
        """The RPMs linked into a tree, createrepo_c, xorriso."""
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        (tree / "Packages").mkdir(parents=True)
        for rpm in self.rpms:
            os.link(rpm, tree / "Packages" / rpm.name)
        pack(tree, None, self.folder / "usual.iso")

    def limit(self):
        """Each byte hashed once, on all processors, and copied once."""
        names = "\0".join(str(rpm) for rpm in self.rpms)
        listing = self.folder / "listing"
        listing.write_text(names)
        copies = self.folder / "copies"
        copies.mkdir(exist_ok=True)
        spawn("xargs", "-0", "-a", listing, "-P", os.cpu_count(), "-n", 16, "sha256sum")
        spawn("cp", *self.rpms, copies)
        shutil.rmtree(copies)

    def verify(self):
        spawn(self.suppack, "verify", "-q", "--keyring", self.key.public, self.iso, env=self.env)

    def publish(self):
        spawn(self.suppack, "publish", "--force", "-q", self.iso, self.folder / "published", env=self.env)

    def unpack(self):
        folder = self.folder / "unpacked"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        spawn("bsdtar", "-xf", self.iso, "-C", folder)


def bench_big(bench):
    name = f"{BIG[0]} RPMs, 2 GiB"
    key = Key(tempfile.mkdtemp(prefix="suppack-gpg-")).create()
    try:
        big = Carried(bench, *BIG, key)
        bench.measure(f"{name}: build", big.build, {"createrepo_c, xorriso": big.usual}, rounds=3, target=0.5)
        bench.measure(f"{name}: build", big.build, {"the limit: sha256sum x2, cp": big.limit}, rounds=3, target=1.2)
        bench.note(f"{name}: build, peak RSS", round(peak_kib(*big.command(), env=big.env) / 1024), "MiB")
        bench.measure(f"{name}: verify", big.verify, {"sha256sum": lambda: spawn("sha256sum", big.iso)}, rounds=3, target=1.2)
        bench.measure(f"{name}: publish", big.publish, {"bsdtar -xf": big.unpack}, rounds=3, target=1.2)
        shutil.rmtree(big.folder)
    finally:
        key.close()


def bench_scale(bench, count, size):
    one = Carried(bench, count, size)
    bench.measure(f"{count} RPMs of 100 kB: build", one.build, {"createrepo_c, xorriso": one.usual},
                  rounds=7 if count < 1000 else 3, target=0.5)
    bench.note(f"{count} RPMs of 100 kB: build, peak RSS", round(peak_kib(*one.command(), env=one.env) / 1024), "MiB")
    shutil.rmtree(one.folder)


def run(bench):
    for count, size in SCALES:
        if bench.only in f"{count} RPMs of 100 kB: build":
            bench_scale(bench, count, size)
    bench_big(bench)
