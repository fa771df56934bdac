# SPDX-License-Identifier: GPL-2.0-or-later
"""The QuantaStor pack from its description, against rpmbuild, createrepo_c and xorriso on the same content."""
import shutil
import tempfile
from pathlib import Path

from measure import spawn
from support import EPOCH, SOURCE, Key, environment
from usual import UsualPack

# With the classic half it is four packages, without it three.
HALVES = {"": "QuantaStor pack", "--no-classic": "QuantaStor pack without the classic half"}


def run(bench):
    key = Key(tempfile.mkdtemp(prefix="suppack-gpg-")).create()
    try:
        for half, name in HALVES.items():
            bench_one(bench, name, [half] if half else [], key)
    finally:
        key.close()


def bench_one(bench, name, half, key):
    folder = Path(tempfile.mkdtemp(dir=bench.scratch))
    shutil.copytree(SOURCE / "spec/quantastor", folder / "spec")
    env = environment(GNUPGHOME=key.home, SOURCE_DATE_EPOCH=EPOCH, HOME=folder)

    def build(*how):
        spawn(bench.suppack, "build", "--force", "-q", *half, *how, "-o", folder, folder / "spec/pack.ini", env=env)
    build("--unsigned")
    iso = next(iter(folder.glob("*.iso")))
    plain = UsualPack(iso, folder / "plain")
    signed = UsualPack(iso, folder / "signed", key)
    data = folder / "data"
    data.write_bytes(b"x" * 4096)

    def gpg_alone():
        # The floor: each of the packages takes two signatures, update.xml and repomd.xml one each.
        for _ in range(2 * 3 + 2):
            spawn("gpg", "--batch", "--yes", "--homedir", key.home, "--local-user", key.id, "--detach-sign", data)
    usual = f"rpmbuild x{len(plain.specs)}, createrepo_c, xorriso"
    bench.measure(f"{name}, unsigned", lambda: build("--unsigned"), {usual: plain.build}, after=lambda _: plain.clear(),
                  target=0.10)
    bench.measure(f"{name}, signed", lambda: build("--key", key.id),
                  {f"{usual}, rpmsign, gpg x2": signed.build, "gpg alone, as often": gpg_alone},
                  after=lambda _: signed.clear(), target=0.5)
