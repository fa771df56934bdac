# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures every Python test of the project may use.

SUPPACK_BUILD    the build tree whose programs are tested (default: build/dev of this checkout)
SUPPACK_CORPUS   real multipath.conf files (default: ../shared/corpus beside the checkout)
SUPPACK_VENDORS  texts that vendors publish (default: ../shared/vendors beside the checkout; their test is skipped without)

A missing build is an error, never a skip: a test run that tested nothing must not look green.
"""
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from rpms import Rpm, make_rpms
from support import EPOCH, SOURCE, Key, environment, run, set_keys


def _program(relative):
    path = Path(os.environ.get("SUPPACK_BUILD") or SOURCE / "build" / "dev").resolve() / relative
    if not os.access(path, os.X_OK):
        pytest.fail(f"'{path}' is not built (SUPPACK_BUILD names the build tree)", pytrace=False)
    return path


@pytest.fixture(scope="session")
def suppack():
    """Path of the packer under test."""
    return _program("bin/suppack")


@pytest.fixture(scope="session")
def program():
    """program(path) -> a program of the build tree that only tests use."""
    return _program


@pytest.fixture(scope="session")
def hook():
    """Path of the shipped 64-bit hook under test."""
    return _program("libexec/suppack/multipath-hook.x86_64")


@pytest.fixture(scope="session")
def make_key():
    """make_key(uid=..., expires=...): further throw-away keys, each in a home of its own."""
    made = []

    def make(**kwargs):
        # Not under pytest's directory: the agent's socket path must stay below 108 bytes.
        made.append(Key(tempfile.mkdtemp(prefix="suppack-gpg-")))
        return made[-1].create(**kwargs)
    yield make
    for key in made:
        key.close()


@pytest.fixture(scope="session")
def demo_key(make_key):
    """The key the test packs are signed with: .home, .id (fingerprint), .public (armored file)."""
    return make_key()


@pytest.fixture(scope="session")
def quantastor_source():
    return SOURCE / "spec" / "quantastor"


@pytest.fixture
def quantastor_ini(tmp_path, quantastor_source):
    """pack.ini of a private copy of spec/quantastor that the test may change."""
    copy = tmp_path / "quantastor"
    shutil.copytree(quantastor_source, copy)
    return copy / "pack.ini"


@pytest.fixture(scope="session")
def build_pack(suppack, demo_key, tmp_path_factory):
    """build_pack(ini, *args, **env): `suppack build`, signed with demo_key unless args choose otherwise.

    The CompletedProcess comes back, also after a failure, with .iso (None when there is none) and
    .out (the output directory). An env value of None takes the variable out.
    """
    def build(ini, *args, **env):
        words = [str(arg) for arg in args]
        out = Path(words[words.index("-o") + 1]) if "-o" in words else tmp_path_factory.mktemp("out")
        chosen = [] if "-o" in words else ["-o", str(out)]
        if "--unsigned" not in words and "--key" not in words:
            chosen += ["--key", demo_key.id]
        done = run([suppack, "build", *chosen, *words, ini], env=environment(
            **{"GNUPGHOME": demo_key.home, "SOURCE_DATE_EPOCH": EPOCH, **env}))
        done.out = out
        done.iso = next(iter(sorted(out.glob("*.iso"))), None) if out.is_dir() else None
        return done
    return build


def _session_iso(build_pack, source, tmp_path_factory, *args, carry=()):
    copy = tmp_path_factory.mktemp("spec") / "quantastor"
    shutil.copytree(source, copy)
    if carry:
        set_keys(copy / "pack.ini", files=" ".join(path.name for path in make_rpms(copy, *carry)))
    built = build_pack(copy / "pack.ini", *args)
    assert built.returncode == 0, built.stderr
    assert built.iso is not None, built.stdout + built.stderr
    return built.iso


@pytest.fixture(scope="session")
def signed_iso(build_pack, quantastor_source, tmp_path_factory):
    """The QuantaStor image signed with demo_key; do not change it."""
    return _session_iso(build_pack, quantastor_source, tmp_path_factory)


@pytest.fixture(scope="session")
def unsigned_iso(build_pack, quantastor_source, tmp_path_factory):
    """The same, unsigned; do not change it."""
    return _session_iso(build_pack, quantastor_source, tmp_path_factory, "--unsigned")


@pytest.fixture(scope="session")
def carrying_iso(build_pack, quantastor_source, tmp_path_factory):
    """The signed one with a ready RPM in it; do not change it."""
    return _session_iso(build_pack, quantastor_source, tmp_path_factory, carry=[Rpm("carried")])


@pytest.fixture(scope="session")
def corpus():
    """Directory of real multipath.conf files; third-party data that is not part of the project."""
    path = Path(os.environ.get("SUPPACK_CORPUS") or SOURCE.parent / "shared" / "corpus")
    if not (path / "INDEX.tsv").is_file():
        pytest.skip(f"no corpus of real multipath.conf files at '{path}' (SUPPACK_CORPUS)")
    return path
