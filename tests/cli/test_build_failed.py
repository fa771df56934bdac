# SPDX-License-Identifier: GPL-2.0-or-later
"""Exit 4 and 5: whatever fails, and whenever, nothing of it stays."""
import os
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from support import environment, run

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def test_existing_output_is_refused_and_kept(desk):
    desk.out.mkdir()
    old = desk.out / "acme-mp-1.2-unsigned.iso"
    old.write_text("old")
    done = desk.unsigned()
    assert done.returncode == 4 and done.stdout == ""
    assert "' exists\nhint: --force replaces it\n" in done.stderr
    assert old.read_text() == "old" and desk.left() == ([old.name], [])


def test_existing_side_file_is_refused_too(desk):
    desk.out.mkdir()
    (desk.out / "acme-mp-1.2-unsigned.iso.sha256").write_text("old")
    assert desk.unsigned().returncode == 4
    assert desk.left() == (["acme-mp-1.2-unsigned.iso.sha256"], [])


def test_force_replaces(desk):
    desk.out.mkdir()
    for name in ("acme-mp-1.2-unsigned.iso", "acme-mp-1.2-unsigned.iso.sha256"):
        (desk.out / name).write_text("old")
    done = desk.unsigned("--force")
    assert done.returncode == 0, done.stderr
    assert desk.left() == (["acme-mp-1.2-unsigned.iso", "acme-mp-1.2-unsigned.iso.sha256"], [])
    assert run(["sha256sum", "-c", "acme-mp-1.2-unsigned.iso.sha256"], cwd=desk.out).returncode == 0


def test_a_link_in_the_way_is_refused_and_with_force_replaced(desk):
    desk.out.mkdir()
    victim = desk.base / "victim"
    victim.write_text("precious")
    link = desk.out / "acme-mp-1.2-unsigned.iso"
    link.symlink_to(victim)
    assert desk.unsigned().returncode == 4
    assert desk.unsigned("--force").returncode == 0
    assert victim.read_text() == "precious" and not link.is_symlink()


def test_output_that_is_a_file(desk):
    desk.out.write_text("in the way")
    done = desk.unsigned()
    assert done.returncode == 4 and "cannot make the output directory" in done.stderr
    assert desk.out.read_text() == "in the way" and os.listdir(desk.tmp) == []


def test_parent_of_the_output_must_exist(desk):
    done = desk.run("build", "--unsigned", "-o", desk.base / "a/b", desk.ini)
    desk.assert_refused(done, 4, "cannot make the output directory")


@root_only
def test_unwritable_output(suppack, desk):
    # Not below pytest's own directory, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="suppack-cli-") as base:
        os.chmod(base, 0o755)
        shutil.copytree(desk.spec, f"{base}/spec")
        os.mkdir(f"{base}/out")
        os.mkdir(f"{base}/tmp")
        os.chmod(f"{base}/tmp", 0o777)
        done = run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", suppack, "build", "--unsigned",
                    "-o", f"{base}/out", f"{base}/spec/pack.ini"], env=desk.env(TMPDIR=f"{base}/tmp"))
        assert done.returncode == 4 and "Permission denied" in done.stderr, done.stderr
        assert os.listdir(f"{base}/out") == os.listdir(f"{base}/tmp") == []


def test_no_tmpdir(desk):
    done = desk.unsigned(TMPDIR=desk.base / "gone")
    desk.assert_refused(done, 4, "cannot make a scratch directory", "hint: TMPDIR")


@pytest.mark.parametrize("name", ["with blank", "with'quote", "with[glob]*", "with{brace,}", "with$HOME", "with\\backslash",
                                  "with%(touch canary)", "with%{macro}"])
def test_odd_directories_are_fine(desk, demo_key, name):
    odd = desk.base / name
    odd.mkdir()
    done = desk.build("--key", demo_key.id, "--force", TMPDIR=odd, GNUPGHOME=demo_key.home)
    assert done.returncode == 0, done.stderr
    assert list(odd.iterdir()) == [] and not (desk.base / "canary").exists()


@root_only
@pytest.mark.parametrize("where", ["out", "tmp"])
@pytest.mark.parametrize("size", ["4k", "64k", "160k"])
def test_full_disk(desk, where, size):
    """A tiny tmpfs in a mount namespace of its own, so that nothing stays mounted."""
    target = desk.out if where == "out" else desk.tmp
    target.mkdir(exist_ok=True)
    script = (f'mount -t tmpfs -o size={size} tmpfs "{target}" || exit 99; "$@"; status=$?; '
              f'echo "left:" "$(ls -A "{target}")" >&2; exit $status')
    done = run(["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", desk.suppack, "build",
                "--unsigned", "-o", desk.out, desk.ini], env=desk.env())
    if done.returncode == 99:
        pytest.skip("cannot mount a tmpfs here")
    assert done.returncode == 4, done.stderr
    assert "No space left on device" in done.stderr or "cannot make repodata" in done.stderr, done.stderr
    assert done.stderr.endswith("left: \n"), done.stderr
    assert all(line.startswith(("suppack: ", "left: ")) for line in done.stderr.splitlines()), done.stderr
    assert desk.left() == ([] if where == "out" else None, [])


@pytest.mark.parametrize("key", ["nobody@nowhere", "0000000000000000000000000000000000000000"])
def test_no_such_key_is_5(desk, demo_key, key):
    done = desk.build("--key", key, GNUPGHOME=demo_key.home)
    desk.assert_refused(done, 5, f"cannot use key '{key}': no secret key in", "suppack key new")


def test_no_gnupg_home_is_5(desk):
    done = desk.build("--key", "anyone", GNUPGHOME=desk.base / "gone")
    desk.assert_refused(done, 5, "cannot")
    assert not (desk.base / "gone").exists()


def test_expired_key_is_5(desk, make_key):
    key = make_key(uid="old key <old@invalid>", expires="1d")
    desk.assert_refused(desk.build("--key", key.id, GNUPGHOME=key.home), 5, "expired")


def test_key_that_expires_is_warned_of(desk, make_key):
    key = make_key(uid="short key <short@invalid>", expires="20y")
    done = desk.build("--key", key.id, GNUPGHOME=key.home)
    assert done.returncode == 0, done.stderr
    assert "the key expires on 20" in done.stderr


def test_the_gpg_conf_of_the_user_cannot_weaken_signatures(desk, make_key):
    key = make_key(uid="weak habits <weak@invalid>")
    (key.home / "gpg.conf").write_text("digest-algo SHA1\nallow-weak-digest-algos\n")
    desk.assert_refused(desk.build("--key", key.id, GNUPGHOME=key.home), 5, "SHA-256, 384 or 512")


def test_broken_installation_is_4(desk):
    """The program alone, without its hook and templates."""
    lone = desk.base / "bin/suppack"
    lone.parent.mkdir()
    shutil.copy(desk.suppack, lone)
    desk.suppack = lone
    desk.assert_refused(desk.unsigned(), 4, "suppack is not installed completely")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing(desk, demo_key, number):
    """Signed builds run long enough to be met in the middle."""
    child = subprocess.Popen([str(desk.suppack), "build", "-o", str(desk.out), "--key", demo_key.id, str(desk.ini)],
                             env=desk.env(GNUPGHOME=demo_key.home), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    deadline = time.monotonic() + 20
    while not any(desk.tmp.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.002)
    child.send_signal(number)
    stdout, stderr = child.communicate(timeout=60)
    assert child.returncode == -number, stderr
    assert "stopped by signal" in stderr and stdout == ""
    assert desk.left() == (None, [])


def test_only_the_private_environment_is_needed(desk):
    """No PATH, no HOME, no locale; standard input closed."""
    done = subprocess.run([str(desk.suppack), "build", "--unsigned", "-o", str(desk.out), str(desk.ini)],
                          env={**{k: v for k, v in environment().items() if "SAN" in k}, "TMPDIR": str(desk.tmp)},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert desk.left()[1] == []
