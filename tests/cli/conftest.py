# SPDX-License-Identifier: GPL-2.0-or-later
"""A run of the packer that is watched: what it leaves behind belongs to its result."""
import shutil
from pathlib import Path

import pytest

from support import EPOCH, environment, measured, must, run

MINIMAL = """\
[pack]
originator = acme
vendor = ACME
label = acme-mp
version = 1.2
description = Acme settings
[multipath]
stanza = multipath.conf
"""


class Desk:
    """A description in a directory of its own, an output directory and a TMPDIR to look into."""

    def __init__(self, suppack, base, source):
        self.suppack, self.base = suppack, base
        self.spec, self.out, self.tmp = base / "spec", base / "out", base / "tmp"
        self.spec.mkdir()
        self.tmp.mkdir()
        self.ini = self.spec / "pack.ini"
        self.ini.write_text(MINIMAL)
        shutil.copy(source / "multipath.conf", self.spec)

    def env(self, **extra):
        return environment(**{"TMPDIR": self.tmp, "SOURCE_DATE_EPOCH": EPOCH, **extra})

    def run(self, *words, **env):
        return run([self.suppack, *words], env=self.env(**env), cwd=self.base)

    def build(self, *words, **env):
        return self.run("build", "-o", self.out, *words, self.ini, **env)

    def unsigned(self, *words, **env):
        return self.build("--unsigned", *words, **env)

    def left(self):
        """Names in the output directory (None: there is no such directory) and in TMPDIR."""
        out = sorted(p.name for p in self.out.iterdir()) if self.out.is_dir() else None
        return out, sorted(p.name for p in self.tmp.iterdir())

    def assert_refused(self, done, status, *parts):
        """That exit status, those words on stderr, nothing on stdout and nothing left anywhere."""
        said = f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode == status, said
        assert done.stdout == "", said
        for part in parts:
            assert part in done.stderr, said
        assert all(line.startswith(("suppack: ", "hint: ")) for line in done.stderr.splitlines()), said
        assert self.left() == (None, []), said


@pytest.fixture
def desk(suppack, tmp_path, quantastor_source):
    return Desk(suppack, tmp_path, quantastor_source)


MEMORY = 64 * 1024  # KiB, resident, with what is mapped, beside the size of what is named


@pytest.fixture
def bounded(desk):
    """bounded(seconds, *words) -> (exit status, stdout, stderr); fails when it took more of a processor, or too much
    memory. Sanitized programs take more of both: ci/test runs these tests on the release, too."""
    def go(seconds, *words, **env):
        done, peak, spent = measured([desk.suppack, *words], env=desk.env(**env))
        sanitized = b"__asan_init" in desk.suppack.read_bytes()
        named = sum(Path(word).stat().st_blocks // 2 for word in words if Path(word).is_file())
        assert spent < (10 * seconds if sanitized else seconds), f"{spent} s"
        assert sanitized or peak <= MEMORY + named, f"{peak} KiB beside {named}"
        return done.returncode, done.stdout, done.stderr
    return go


@pytest.fixture
def unpack(tmp_path):
    """unpack(iso) -> directory with its content, by bsdtar."""
    def go(iso):
        tree = tmp_path / f"tree{len(list(tmp_path.glob('tree*')))}"
        tree.mkdir()
        done = run(["bsdtar", "-xf", iso, "-C", tree])
        assert done.returncode == 0, done.stderr
        return Path(tree)
    return go


@pytest.fixture
def remaster(signed_iso, unpack, tmp_path):
    """remaster(change, iso=signed_iso) -> that image with its unpacked tree changed, written by xorriso."""
    def go(change, iso=signed_iso):
        tree = unpack(iso)
        must(["chmod", "-R", "u+w", tree])
        change(tree)
        made = tmp_path / f"{tree.name}-changed.iso"
        must(["xorriso", "-as", "mkisofs", "-quiet", "-uid", "0", "-gid", "0", "-R", "-J", "-joliet-long", "-V",
              "OSNEXUS_QUANTASTOR_MULTIPATH", "-o", made, tree])
        return made
    return go
