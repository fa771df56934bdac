# SPDX-License-Identifier: GPL-2.0-or-later
"""A large RPM and many RPMs: the packer's memory is bounded, not by what they weigh. Judges: rpm and dnf's libraries.

The limit is on private memory (brk, anonymous and private mappings): files that are mapped to be read do not count.
"""
import pytest

from rpms import Rpm, make_rpms
from support import EPOCH, environment, must

MEMORY = 96 << 20
SIZE = 300 << 20
COUNT = 300
INI = """\
[pack]
originator = acme
vendor = ACME
label = acme-large
version = 1.0
description = Acme large
[packages]
files = *.rpm
"""


@pytest.fixture(scope="module")
def build(suppack, tmp_path_factory):
    """build(Rpm...) -> the image, built within the limit."""
    def go(*rpms, **kwargs):
        work = tmp_path_factory.mktemp("large")
        make_rpms(work / "spec", *rpms, **kwargs)
        (work / "spec/pack.ini").write_text(INI)
        limited(suppack, "build", "--unsigned", "-o", work, work / "spec/pack.ini")
        return next(work.glob("*.iso"))
    return go


def limited(suppack, *words):
    return must(["prlimit", f"--data={MEMORY}", suppack, *words], env=environment(SOURCE_DATE_EPOCH=EPOCH))


def test_one_large_rpm(suppack, build, tmp_path):
    iso = build(Rpm("large", files={"/opt/large": bytes(SIZE)}), payload="w0.gzdio")
    assert iso.stat().st_size > SIZE
    assert "large-1.0-1.noarch: digests good" in limited(suppack, "inspect", iso).stdout
    assert limited(suppack, "diff", iso, iso).stdout == ""
    must(["bsdtar", "-xf", iso, "-C", tmp_path])
    must(["rpm", "-K", "--nosignature", tmp_path / "Packages/large-1.0-1.noarch.rpm"])


def test_many_rpms(suppack, build, tmp_path):
    names = [f"part{number:04}" for number in range(COUNT)]
    after = [[], *([f"Requires: {name} >= 1.0"] for name in names)]
    iso = build(*(Rpm(name, *lines) for name, lines in zip(names, after)))
    shown = limited(suppack, "inspect", iso).stdout
    assert shown.count(": digests good") == COUNT + 2 and "problems" not in shown
    must(["bsdtar", "-xf", iso, "-C", tmp_path])
    must(["rpm", "-U", "--test", "--nosignature", "--dbpath", tmp_path / "db",
          *sorted(tmp_path.glob("Packages/[pu]*.rpm"))])
