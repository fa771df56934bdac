# SPDX-License-Identifier: GPL-2.0-or-later
"""Same description, same epoch, same libraries: the same bytes, whatever else differs."""
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from support import EPOCH, environment, must, run

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")


class Place:
    """A copy of the description and an output directory; world-readable, for builds as other users."""

    def __init__(self, base, source, name):
        self.base = base / name
        self.base.mkdir(mode=0o777)
        self.base.chmod(0o777)
        shutil.copytree(source, self.base / "spec")
        must(["chmod", "-R", "a+rX", self.base / "spec"])  # the checkout may be its owner's alone
        self.out, self.tmp = self.base / "out", self.base / "tmp"
        for directory in (self.out, self.tmp):
            directory.mkdir()
            directory.chmod(0o777)


@pytest.fixture
def build(suppack, quantastor_source):
    # Not below pytest's own directory, which only its owner may enter.
    base = Path(tempfile.mkdtemp(prefix="suppack-repro-"))
    base.chmod(0o755)
    count = iter(range(100))

    def go(*prefix, program=suppack, cwd=None, umask=0o022, **env):
        place = Place(base, quantastor_source, f"build{next(count)}")
        env = environment(**{"TMPDIR": place.tmp, "SOURCE_DATE_EPOCH": EPOCH, **env})
        words = [*prefix, program, "build", "--unsigned", "-o", place.out, place.base / "spec/pack.ini"]
        done = subprocess.run([str(w) for w in words], env=env, cwd=cwd, text=True, check=False, capture_output=True,
                              preexec_fn=lambda: os.umask(umask))
        assert done.returncode == 0, done.stdout + done.stderr
        assert os.listdir(place.tmp) == [] or env["TMPDIR"] != str(place.tmp)
        iso = next(place.out.glob("*.iso"))
        assert iso.stat().st_mode & 0o777 == 0o644
        return iso.read_bytes()
    yield go
    shutil.rmtree(base)


@pytest.fixture
def reference(build):
    return build()


def preloaded():
    """The sanitizer's runtime wants to be the first library (faketime) and the only tracer (strace)."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return {"ASAN_OPTIONS": ":".join(filter(None, [options, "verify_asan_link_order=0", "detect_leaks=0"]))}


@pytest.mark.parametrize("shift", ["+1h", "-400d", "+20y"])
def test_clock(build, reference, shift):
    # Only the clock: by default faketime shifts what stat() says of files as well.
    assert build("faketime", "-f", shift, NO_FAKE_STAT="1", **preloaded()) == reference


def test_a_second_later(build, reference):
    time.sleep(1.1)
    assert build() == reference


@pytest.mark.parametrize("env", [
    {"TZ": "Asia/Tokyo"}, {"TZ": "America/St_Johns"}, {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8"},
    {"LC_ALL": "C"}, {"PATH": None, "HOME": None, "LANG": None}, {"USER": "somebody", "LOGNAME": "somebody"},
    {"RPM_CONFIGDIR": "/nonexistent"}, {"MAGIC": "/nonexistent"}, {"NO_COLOR": "1", "TERM": "xterm"},
    {"XML_CATALOG_FILES": "/nonexistent"}, {"OMP_NUM_THREADS": "1"}, {"GZIP": "-1"},
], ids=lambda env: "+".join(env))
def test_environment(build, reference, env):
    assert build(**env) == reference


def test_size_of_the_environment(build, reference):
    """It moves every address: libisofs once numbered files by those of its nodes."""
    for size in (1, 100, 1000, 3000, 10000):
        assert build(FILLER="x" * size) == reference


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_umask(build, reference, umask):
    assert build(umask=umask) == reference


@pytest.fixture
def backwards(tmp_path):
    """A library that gives the entries of every folder in the reverse of the order they lie in."""
    library = tmp_path / "readdir_backwards.so"
    must(["gcc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", library,
          Path(__file__).with_name("readdir_backwards.c")])
    for number in range(20):
        (tmp_path / f"entry{number}").touch()
    env = {"LD_PRELOAD": library, **preloaded()}
    there, back = (must(["ls", "-f", tmp_path], env=environment(**extra)).stdout.split() for extra in ({}, env))
    assert there == back[::-1]
    return env


def test_order_of_folders(build, reference, backwards):
    assert build(**backwards) == reference


def test_number_of_processors(build, reference):
    """libcreaterepo_c has threads for each."""
    assert build("taskset", "-c", "0") == reference


def test_many_times(build, reference):
    """Whatever threads a library has may end in any order."""
    for _ in range(8):
        assert build(OMP_NUM_THREADS="8") == reference


def test_cwd(build, reference):
    assert build(cwd="/") == reference


def test_home_with_settings_of_its_own(build, reference, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".rpmmacros").write_text("%_binary_payload w1.xzdio\n%packager evil\n%_buildhost evil\n%dist .evil\n"
                                     "%_binary_filedigest_algorithm 1\n%preun %%postun\n%optflags -evil\n")
    (home / ".rpmrc").write_text("optflags: x86_64 -evil\nbuildarchtranslate: x86_64: i386\n")
    (home / ".magic").write_text("0 string \\x7fELF evil\n")
    assert build(HOME=home) == reference


@pytest.fixture
def elsewhere(suppack):
    """The program and its parts where everybody may enter, which the checkout's own folder need not allow."""
    tree = Path(tempfile.mkdtemp(prefix="suppack-tree-"))
    for part in ("libexec/suppack", "share/suppack"):
        shutil.copytree(suppack.parents[1] / part, tree / part)
    (tree / "bin").mkdir()
    shutil.copy(suppack, tree / "bin")
    must(["chmod", "-R", "a+rX", tree])
    yield tree / "bin/suppack"
    shutil.rmtree(tree)


@root_only
def test_other_uid(build, reference, elsewhere):
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    assert build(*nobody, program=elsewhere) == reference


@root_only
def test_other_file_system(build, reference):
    """Sizes of directories, inode numbers and order of names differ between file systems."""
    if not os.path.ismount("/dev/shm"):
        pytest.skip("no other file system at /dev/shm")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as tmp:
        assert build(TMPDIR=tmp) == reference


@root_only
def test_administrators_rpm_settings(build, reference, tmp_path):
    """In a mount namespace where /etc/rpm sets what a distribution or an administrator could."""
    (tmp_path / "rpm").mkdir()
    (tmp_path / "rpm/macros").write_text("%_binary_payload w3.zstdio\n%vendor evil\n%_buildhost evil\n")
    (tmp_path / "magic").write_text("0 string \\x7fELF evil\n")
    script = (f'mkdir -p /etc/rpm && mount --bind {tmp_path}/rpm /etc/rpm && mount --bind {tmp_path}/magic /etc/magic'
              ' && exec "$@"')
    existed = os.path.isdir("/etc/rpm")
    try:
        assert build("unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh") == reference
    finally:
        if not existed and os.path.isdir("/etc/rpm"):
            os.rmdir("/etc/rpm")


@pytest.mark.parametrize("epoch", ["0", "1", "2147483647"])
def test_any_epoch(build, epoch):
    first = build(SOURCE_DATE_EPOCH=epoch)
    time.sleep(1.1)
    assert build(SOURCE_DATE_EPOCH=epoch, TZ="Asia/Tokyo") == first


def test_another_epoch_is_another_image(build, reference):
    assert build(SOURCE_DATE_EPOCH=str(int(EPOCH) + 1)) != reference


def test_no_path_of_the_build_is_in_the_image(reference):
    for word in ("suppack.", "suppack-repro", "/tmp/", "/work/"):
        assert word.encode() not in reference


def test_nothing_is_executed(suppack, quantastor_ini, tmp_path):
    """An unsigned build starts no other program."""
    log = tmp_path / "trace"
    done = run(["strace", "-f", "-qq", "-e", "trace=execve,execveat", "-o", log, suppack, "build", "--unsigned", "-o",
                tmp_path / "out", quantastor_ini],
               env=environment(SOURCE_DATE_EPOCH=EPOCH, **preloaded()))
    assert done.returncode == 0, done.stderr
    assert log.read_text().count("execve(") == 1, log.read_text()
