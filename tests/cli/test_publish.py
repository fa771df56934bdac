# SPDX-License-Identifier: GPL-2.0-or-later
"""`publish`: a repository any web server carries, whole or not at all. Installing from it: tests/interop."""
import hashlib
import os
import shutil
import signal
import subprocess
import time

import pytest

from support import EPOCH, must, run

MANIFEST = "suppack-published.sha256"
LABEL = "osnexus-quantastor-multipath"
URL = "https://cdn.example/packs/qs"


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(params=["signed", "carrying"])
def iso(request, signed_iso, carrying_iso):
    """What is carried is copied while it is digested, and before all is judged."""
    return signed_iso if request.param == "signed" else carrying_iso


@pytest.mark.parametrize("there", [False, True])
def test_what_is_in_it(desk, iso, unpack, there):
    if there:
        desk.out.mkdir()
    done = desk.run("publish", "--base-url", URL, iso, desk.out)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{desk.out}/{LABEL}.repo\n", "")
    tree = unpack(iso)
    wanted = {name: data for name, data in files(tree).items()
              if name.startswith(("repodata/", "Packages/", "RPM-GPG-KEY-"))}
    found = files(desk.out)
    listed = dict(reversed(line.split("  ", 1)) for line in found.pop(MANIFEST).decode().splitlines())
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    must(["sha256sum", "--check", "--strict", "--quiet", MANIFEST], cwd=desk.out)
    repo = found.pop(f"{LABEL}.repo").decode()
    assert found == wanted and "repodata/repomd.xml.asc" in found
    lines = [line for line in repo.splitlines() if not line.startswith("#")]
    assert lines == [f"[{LABEL}]", f"name={LABEL}", f"baseurl={URL}", "enabled=0", "gpgcheck=1", "repo_gpgcheck=1",
                     "gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-OSNEXUS"]
    assert all(p.stat().st_mode & 0o777 == (0o755 if p.is_dir() else 0o644) for p in [desk.out, *desk.out.rglob("*")])
    assert {int(p.stat().st_mtime) for p in desk.out.rglob("*")} == {int(EPOCH)}
    assert sorted(p.name for p in desk.base.iterdir()) == ["out", "spec", "tmp", "tree0"] and not any(desk.tmp.iterdir())


def test_without_a_url_it_is_the_folders(desk, signed_iso):
    odd = desk.base / "with blank"
    assert desk.run("publish", signed_iso, odd).returncode == 0
    assert f"baseurl=file://{desk.base}/with%20blank\n" in (odd / f"{LABEL}.repo").read_text()


def test_the_umask_plays_no_part(desk, signed_iso):
    must(["sh", "-c", 'umask 077; exec "$0" publish "$1" "$2"', desk.suppack, signed_iso, desk.out], env=desk.env())
    assert desk.out.stat().st_mode & 0o777 == 0o755


def test_force_replaces_a_published_one(desk, signed_iso):
    assert desk.run("publish", signed_iso, desk.out).returncode == 0
    before = files(desk.out)
    done = desk.run("publish", signed_iso, desk.out)
    assert done.returncode == 4 and "exists and is not an empty folder" in done.stderr and files(desk.out) == before
    next(desk.out.glob("Packages/control-*")).unlink()  # what is gone is no reason to refuse
    assert desk.run("publish", "--force", "--base-url", URL, signed_iso, desk.out).returncode == 0
    assert files(desk.out).keys() == before.keys() and URL in (desk.out / f"{LABEL}.repo").read_text()
    assert sorted(p.name for p in desk.base.iterdir()) == ["out", "spec", "tmp"]


def only_repo_files(out):
    shutil.rmtree(out)
    out.mkdir()
    (out / "base.repo").write_text("[base]\n")


def anothers_packages(out):
    shutil.rmtree(out)
    (out / "Packages").mkdir(parents=True)
    (out / "repodata").mkdir()
    (out / "Packages/precious.rpm").write_text("precious")


@pytest.mark.parametrize("change, part", [
    (only_repo_files, f"it has no '{MANIFEST}'"),
    (anothers_packages, f"it has no '{MANIFEST}'"),
    (lambda out: (out / MANIFEST).unlink(), f"it has no '{MANIFEST}'"),
    (lambda out: (out / MANIFEST).write_text("precious\n"), f"'{MANIFEST}' in it is not one of ours"),
    (lambda out: (out / MANIFEST).rename(out / "m") and (out / MANIFEST).symlink_to("m"), f"it has no '{MANIFEST}'"),
    (lambda out: (out / "index.html").write_text("precious"), "'index.html' in it was not published by suppack"),
    (lambda out: (out / "other.repo").write_text("[other]"), "'other.repo' in it was not published by suppack"),
    (lambda out: (out / "Packages/old.rpm").write_text("old"), "'Packages/old.rpm' in it was not published"),
    (lambda out: (out / "Packages/sub/deep").mkdir(parents=True), "'Packages/sub' in it was not published"),
    (lambda out: (out / "link").symlink_to("/etc"), "'link' in it was not published"),
    (lambda out: (out / f"{LABEL}.repo").write_text("[mine]\nenabled=1\n"), f"'{LABEL}.repo' in it is not as suppack published it"),
    (lambda out: os.mkfifo(out / "fifo"), "'fifo' in it was not published"),
    (lambda out: (out / "repodata").rename(out.parent / "elsewhere") and (out / "repodata").symlink_to("../elsewhere"),
     "'repodata' in it was not published"),
])
def test_force_replaces_nothing_else(desk, signed_iso, change, part):
    assert desk.run("publish", signed_iso, desk.out).returncode == 0
    change(desk.out)
    before = {p.relative_to(desk.out): p.lstat().st_mtime_ns for p in desk.out.rglob("*")}
    done = desk.run("publish", "--force", signed_iso, desk.out)
    assert done.returncode == 4 and part in done.stderr and "is not replaced" in done.stderr, done.stderr
    assert done.stderr.splitlines()[-1].startswith("hint: ")
    assert {p.relative_to(desk.out): p.lstat().st_mtime_ns for p in desk.out.rglob("*")} == before
    assert sorted(p.name for p in desk.base.iterdir() if p.name != "elsewhere") == ["out", "spec", "tmp"]


def test_a_kill_leaves_the_old_or_the_new(desk, signed_iso):
    """Killed after a while that grows until it is done before."""
    assert desk.run("publish", signed_iso, desk.out).returncode == 0
    old = files(desk.out)
    states, wait = set(), 0.0
    while True:
        with subprocess.Popen([str(desk.suppack), "publish", "--force", "--base-url", URL, str(signed_iso), str(desk.out)],
                              env=desk.env(), stdout=subprocess.DEVNULL) as running:
            time.sleep(wait)
            running.send_signal(signal.SIGKILL)
        now = files(desk.out)
        must(["sha256sum", "--check", "--strict", "--quiet", MANIFEST], cwd=desk.out)
        assert now.keys() == old.keys()
        states.add(now == old)
        if running.returncode == 0:
            break
        wait += 0.02
    assert states == {True, False}


def test_a_link_to_a_folder_stays_a_link(desk, signed_iso):
    real = desk.base / "real"
    real.mkdir()
    desk.out.symlink_to(real)
    assert desk.run("publish", signed_iso, desk.out).returncode == 0
    assert desk.out.is_symlink() and (real / f"{LABEL}.repo").exists()


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "force"])
def test_places_that_cannot_be_are_4(desk, signed_iso, force):
    desk.assert_refused(desk.run("publish", *force, signed_iso, desk.base / "a/b"), 4, "No such file")
    before = desk.ini.read_bytes()
    desk.assert_refused(desk.run("publish", *force, signed_iso, desk.ini), 4, "pack.ini' exists")
    assert desk.ini.read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("size", ["8k", "16k", "64k", "100k"])
def test_full_disk(desk, iso, size):
    place = desk.base / "disk"
    place.mkdir()
    script = (f'mount -t tmpfs -o size={size} tmpfs "{place}" || exit 99; "$@"; status=$?; '
              f'echo "left:" "$(ls -A "{place}")" >&2; exit $status')
    done = run(["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", desk.suppack, "publish",
                iso, place / "p"], env=desk.env())
    if done.returncode == 99:
        pytest.skip("cannot mount a tmpfs here")
    assert done.returncode == 4 and "No space left on device" in done.stderr, done.stderr
    assert done.stderr.endswith("left: \n"), done.stderr


def test_an_unsigned_image_is_3(desk, unsigned_iso):
    desk.assert_refused(desk.run("publish", unsigned_iso, desk.out), 3, "it is not signed", "hint: suppack sign")


@pytest.mark.parametrize("change, part", [
    (lambda tree: (tree / "repodata/repomd.xml.asc").unlink(), "signature is none [signature]"),
    (lambda tree: (tree / "README.txt").chmod(0o600) or (tree / "update.xml").write_text("<update"), "is not a pack"),
    (lambda tree: next(tree.glob("Packages/update-*")).unlink(), "no host would take it"),
    (lambda tree: (tree / "RPM-GPG-KEY-OSNEXUS").write_text("no key"), "no host would take it"),
])
def test_an_image_no_host_would_take_is_3(desk, remaster, change, part):
    desk.assert_refused(desk.run("publish", remaster(change), desk.out), 3, part)


def spoil_carried(tree):
    path = tree / "Packages/carried-1.0-1.noarch.rpm"
    data = path.read_bytes()
    path.write_bytes(data[:-10] + bytes([data[-10] ^ 1]) + data[-9:])


def test_what_was_copied_and_is_not_as_listed_is_3(desk, carrying_iso, remaster):
    done = desk.run("publish", remaster(spoil_carried, carrying_iso), desk.out)
    desk.assert_refused(done, 3, "[repodata-digest]", "no host would take it")
    assert sorted(p.name for p in desk.base.iterdir() if p.suffix != ".iso") == ["spec", "tmp", "tree0"]


def test_what_is_no_pack_is_3(desk):
    desk.assert_refused(desk.run("publish", desk.ini, desk.out), 3, "not an ISO 9660 image")


@pytest.mark.parametrize("url", ["", "cdn.example/qs", "http://", "gopher://x/", "http://a b/", "http://a/\nenabled=1",
                                 "http://a/$releasever", "http://a/;x", "http://a/#x", "file://relative"])
def test_urls_yum_would_misread_are_2(desk, signed_iso, url):
    desk.assert_refused(desk.run("publish", "--base-url", url, signed_iso, desk.out), 2, "--base-url '", "must be an http")


def test_usage_is_2(desk, signed_iso):
    desk.assert_refused(desk.run("publish", signed_iso), 2, "takes exactly two operands: FILE.iso DIR, got 1")
    desk.assert_refused(desk.run("publish", "--json", signed_iso, desk.out), 2, "does not take --json")


def test_no_tmpdir_is_4(desk, signed_iso):
    desk.assert_refused(desk.run("publish", signed_iso, desk.out, TMPDIR=desk.base / "gone"), 4, "scratch directory")


def test_a_result_nobody_can_take_is_4(desk, signed_iso):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([str(desk.suppack), "publish", str(signed_iso), str(desk.out)], env=desk.env(),
                              stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4 and "standard output" in done.stderr
