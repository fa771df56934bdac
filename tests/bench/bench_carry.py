# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs that carry many ready RPMs: building, verifying and publishing them, in time and in memory."""
import os
import re
import shutil
import tempfile
from pathlib import Path

from measure import spawn
from rpms import Rpm, make_rpms
from support import EPOCH, SOURCE, Key, environment, measured
from usual import image, metadata

BIG = (500, (2 << 30) // 500)
BIG_NAME = "500 RPMs, 2 GiB"
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

    def clear(self, _what=None):
        """Away with all results: whoever is next finds the same memory free, with nothing to replace."""
        for name in ("out", "repodata", "usual.iso", "copies", "published", "unpacked"):
            spawn("rm", "-rf", self.folder / name)

    def note_peak(self, bench, name):
        done, peak, _ = measured(self.command(), env=self.env)
        assert done.returncode == 0, done.stderr
        bench.note(f"{name}, peak RSS", round(peak / 1024), "MiB")
        self.clear()

    def usual(self):
        """createrepo_c on the RPMs where they lie, and xorriso of both."""
        rpms = self.folder / "spec/rpms"
        metadata("-o", self.folder, rpms)
        image(self.folder / "usual.iso", "-graft-points", f"Packages={rpms}", f"repodata={self.folder / 'repodata'}")

    def limit(self):
        """Each byte hashed once, on all processors, and copied once."""
        names = "\0".join(str(rpm) for rpm in self.rpms)
        listing = self.folder / "listing"
        listing.write_text(names)
        copies = self.folder / "copies"
        copies.mkdir(exist_ok=True)
        spawn("xargs", "-0", "-a", listing, "-P", os.cpu_count(), "-n", 16, "sha256sum")
        spawn("cp", *self.rpms, copies)

    def verify(self):
        spawn(self.suppack, "verify", "-q", "--keyring", self.key.public, self.iso, env=self.env)

    def publish(self):
        spawn(self.suppack, "publish", "-q", self.iso, self.folder / "published", env=self.env)

    def unpack(self):
        folder = self.folder / "unpacked"
        folder.mkdir()
        spawn("bsdtar", "-xf", self.iso, "-C", folder)


def bench_big(bench):
    key = Key(tempfile.mkdtemp(prefix="suppack-gpg-")).create()
    try:
        big = Carried(bench, *BIG, key)
        how = {"rounds": min(bench.rounds, 5), "after": big.clear}
        bench.measure(f"{BIG_NAME}: build", big.build, {"createrepo_c, xorriso": big.usual}, target=0.5, **how)
        bench.measure(f"{BIG_NAME}: build", big.build, {"the limit: sha256sum x2, cp": big.limit}, target=1.2, **how)
        big.note_peak(bench, f"{BIG_NAME}: build")
        bench.measure(f"{BIG_NAME}: verify", big.verify, {"sha256sum": lambda: spawn("sha256sum", big.iso)}, target=1.2, **how)
        bench.measure(f"{BIG_NAME}: publish", big.publish, {"bsdtar -xf": big.unpack}, target=1.2, **how)
        shutil.rmtree(big.folder)
    finally:
        key.close()


def bench_scale(bench, count, size):
    one, name = Carried(bench, count, size), f"{count} RPMs of 100 kB: build"
    bench.measure(name, one.build, {"createrepo_c, xorriso": one.usual}, rounds=min(bench.rounds, 7 if count < 1000 else 3),
                  after=one.clear, target=0.5)
    one.note_peak(bench, name)
    shutil.rmtree(one.folder)


def run(bench):
    for count, size in SCALES:
        if bench.only in f"{count} RPMs of 100 kB: build":
            bench_scale(bench, count, size)
    if any(bench.only in f"{BIG_NAME}: {what}" for what in ("build", "verify", "publish")):
        bench_big(bench)
