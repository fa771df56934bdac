# SPDX-License-Identifier: GPL-2.0-or-later
"""Which keys `build` and `sign` take, with keys that gpg made: none that the rpm 6 of Debian sid refuses, and the demo
key only with a warning. What `verify` says of them is in tests/should_fail."""
import fcntl
import json
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from support import SOURCE, must, run

sys.path[:0] = [str(SOURCE / "tests" / part) for part in ("parsers", "vm")]
import suites  # noqa: E402
from system import cache, digest, unpack  # noqa: E402

WEAK = "its user ids are bound with SHA-1, MD5 or RIPEMD-160 alone, and rpm 6 does not import it"
LATER = "20210101T000000"


@pytest.fixture(scope="session")
def sid():
    """A folder to chroot into that has sid's rpm; made once and kept beside the suites."""
    place = cache() / f"sid-rpm-{digest([Path(__file__)])}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{place}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            work = Path(f"{place}.new")
            shutil.rmtree(work, ignore_errors=True)
            kept, suites.PACKAGES = suites.PACKAGES, ("rpm", "dash", "coreutils")
            try:
                suites.download("sid", work)
            except AssertionError as error:
                pytest.skip(f"Debian sid cannot be had: {str(error).strip().splitlines()[-1]}")
            finally:
                suites.PACKAGES = kept
            unpack(work / "debs", work / "root")
            (work / "root").rename(place)
            shutil.rmtree(work)
    return place


def again(key, *words, digest_of="SHA256"):
    """One more signature of the key by itself, made later."""
    key.gpg("--cert-digest-algo", digest_of, *words, faked_time=LATER)


def add_good_user(key):
    again(key, "--quick-add-uid", key.id, "second <second@invalid>")


def add_weak_user(key):
    again(key, "--quick-add-uid", key.id, "second <second@invalid>", digest_of="SHA1")


def renew(key):
    again(key, "--quick-set-expire", key.id, "0")


def renew_weakly(key):
    again(key, "--quick-set-expire", key.id, "0", digest_of="SHA1")


def revoke(key):
    made = next(key.home.glob("openpgp-revocs.d/*.rev"))
    made.write_text(made.read_text().replace(":-----BEGIN", "-----BEGIN"))
    key.gpg("--import", made)


# name: (how it is made, what happens to it then, what build says; None: it takes the key)
KEYS = {
    "sha256": ({}, None, None),
    "sha512": ({"digest": "SHA512"}, None, None),
    "sha1": ({"digest": "SHA1"}, None, WEAK),
    "ripemd": ({"digest": "RIPEMD160"}, None, WEAK),
    "sha1, another user id with sha256": ({"digest": "SHA1"}, add_good_user, None),
    "sha256, another user id with sha1": ({}, add_weak_user, None),
    "sha1, signed anew": ({"digest": "SHA1"}, renew, None),
    "sha256, signed anew with sha1": ({}, renew_weakly, WEAK),
    "rsa1024": ({"algorithm": "rsa1024"}, None, "it has less than 2048 bits"),
    "rsa1536": ({"algorithm": "rsa1536"}, None, "it has less than 2048 bits"),
    "dsa": ({"algorithm": "dsa2048"}, None, "it is not an RSA key"),
    "ed25519": ({"algorithm": "ed25519"}, None, "it is not an RSA key"),
    "expired": ({"expires": "2021-01-01"}, None, "expired"),
    "revoked": ({}, revoke, "revoked"),
}


@pytest.fixture
def key(request, make_key):
    how, then, _ = KEYS[request.param]
    made = make_key(uid="of a test <key@invalid>", **how)
    if then:
        then(made)
        made.public.write_text(made.gpg("--armor", "--export-options", "export-minimal", "--export", made.id).stdout)
    return made


@pytest.mark.parametrize("key, name", [(name, name) for name in KEYS], indirect=["key"])
def test_what_build_and_sign_take(desk, unsigned_iso, key, name):
    says = KEYS[name][2]
    built = desk.build("--key", key.id, GNUPGHOME=key.home)
    if says is None:
        assert built.returncode == 0, built.stderr
        must([desk.suppack, "verify", built.stdout.split()[-1]], env=desk.env(), cwd=desk.base)
        return
    desk.assert_refused(built, 5, f"cannot use key '{key.id}'" if "expired" not in says else "", says)
    assert ("--cert-digest-algo" in built.stderr) == (says == WEAK) and "\nhint: " in built.stderr
    desk.assert_refused(desk.run("sign", "--key", key.id, "-o", desk.out, unsigned_iso, GNUPGHOME=key.home), 5, says)


@pytest.mark.parametrize("key, name", [(name, name) for name in KEYS], indirect=["key"])
def test_rpm_6_takes_what_build_takes(sid, tmp_path, key, name):
    """In a database of its own: its import fails, or warns that nothing can be checked with the key."""
    bound = tmp_path / "tmp"
    bound.mkdir()
    shutil.copy(key.public, bound / "key.asc")
    script = f'mkdir -p "{sid}/tmp" && mount --bind "{bound}" "{sid}/tmp" || exit 99; ' \
             f'exec chroot "{sid}" /usr/bin/rpmkeys --dbpath /tmp/db --import /tmp/key.asc'
    done = run(["unshare", "-m", "--propagation", "private", "sh", "-c", script])
    if done.returncode == 99:
        pytest.skip("cannot mount here")
    takes = done.returncode == 0 and "does not have any usable signing keys" not in done.stderr
    says = KEYS[name][2]
    assert takes or says is not None, done.stderr
    assert not takes if says == WEAK else True, "rpm 6 takes it, and so should build"


def test_rpm_6_checks_what_a_new_key_signed(sid, desk, tmp_path):
    """`suppack key new`, and its pack in the hands of rpm 6.1 with sequoia: every RPM's digests and signatures are good."""
    bound = tmp_path / "image"
    with tempfile.TemporaryDirectory(prefix="suppack-gpg-") as home:
        made = desk.run("key", "new", "--no-passphrase", "EXAMPLE packs <packs@vendor.example>", GNUPGHOME=home)
        assert made.returncode == 0, made.stderr
        built = desk.build("--key", made.stdout.strip(), GNUPGHOME=home)
        must(["gpgconf", "--homedir", home, "--kill", "all"])
    bound.mkdir()
    must(["bsdtar", "-xf", desk.base / built.stdout.split()[-1], "-C", bound])
    script = f'mkdir -p "{sid}/tmp" && mount --bind "{bound}" "{sid}/tmp" || exit 99; exec chroot "{sid}" /bin/sh -c ' \
             '"rpmkeys --dbpath /tmp/db --import /tmp/RPM-GPG-KEY-ACME && rpmkeys --dbpath /tmp/db --checksig -v /tmp/Packages/*.rpm"'
    done = run(["unshare", "-m", "--propagation", "private", "sh", "-c", script])
    if done.returncode == 99:
        pytest.skip("cannot mount here")
    assert done.returncode == 0 and "NOT" not in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("RSA/SHA") >= 3 and ": OK" in done.stdout, done.stdout


def test_the_demo_key_is_told(desk, make_key):
    demo = make_key(uid="suppack DEMO KEY (throw-away, do not trust) <demo@invalid>")
    built = desk.build("--key", demo.id, GNUPGHOME=demo.home)
    assert built.returncode == 0 and "is the demo key, made by ci/pack" in built.stderr and "[key-demo]" in built.stderr
    iso = desk.base / built.stdout.split()[-1]
    verified = desk.run("verify", "--keyring", demo.public, iso)
    assert verified.returncode == 0 and "warning: is the demo key, made by ci/pack" in verified.stdout
    assert json.loads(desk.run("verify", "--json", iso).stdout)["images"][0]["demo_key"] is True
    assert json.loads(desk.run("inspect", "--json", iso).stdout)["key"]["demo"] is True
    assert "demo key" in desk.run("inspect", iso).stdout


def test_ci_pack_makes_that_key():
    """The address is what the program knows it by."""
    known = next(line for line in (SOURCE / "packer/model/key.h").read_text().splitlines() if "#define SP_KEY_DEMO" in line)
    address = known.split('"')[1]
    assert f'{address}" >/dev/null' in (SOURCE / "ci/pack").read_text()
