# SPDX-License-Identifier: GPL-2.0-or-later
"""`suppack key`: makes a key that hosts take, says why they refuse one, writes the file they import."""
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from support import Key, must

UID = "ACME packs <packs@acme.example>"
GROUPS = ("XenServer 5.6 to 7.0", "XenServer 7.1 to 7.6, Citrix Hypervisor 8.0 to 8.2, XCP-ng 7.4 to 8.2",
          "XenServer 8, XCP-ng 8.3", "XenServer 9, XCP-ng 9")


@pytest.fixture
def home():
    """A place for a GNUPGHOME, short enough for the socket of its agent."""
    with tempfile.TemporaryDirectory(prefix="suppack-gpg-") as folder:
        yield Path(folder) / "keys"
        Key(folder + "/keys").close()


def new(desk, home, *words, **env):
    done = desk.run("key", "new", "-o", home, *words, UID, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


def hand_over(desk, passphrase, *words, **env):
    """The run with a passphrase on a descriptor of its own."""
    read, write = os.pipe()
    os.write(write, passphrase.encode() + b"\nnot read\n")
    os.close(write)
    try:
        return subprocess.run([str(word) for word in (desk.suppack, *words, "--passphrase-fd", read)], env=desk.env(**env),
                              cwd=desk.base, pass_fds=[read], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=300)
    finally:
        os.close(read)


def test_new_check_export_build(desk, home):
    made, said = new(desk, home, "--no-passphrase")
    assert (home.stat().st_mode & 0o777) == 0o700
    for part in (f"the secret key is in '{home}'", "--export-secret-keys", f"{home}/openpgp-revocs.d/{made}.rev"):
        assert part in said
    assert (home / f"openpgp-revocs.d/{made}.rev").is_file()
    checked = desk.run("key", "check", "packs@acme.example", GNUPGHOME=home)
    assert checked.returncode == 0 and checked.stdout == (
        f"key {made}, RSA of 3072 bits, expires never, '{UID}'\n{GROUPS[0]}: look at no signature\n" +
        "".join(f"{group}: take it\n" for group in GROUPS[1:]))
    written = desk.run("key", "export", made, "--key-name", "RPM-GPG-KEY-ACME", "-o", desk.out, GNUPGHOME=home)
    file = desk.out / "RPM-GPG-KEY-ACME"
    assert (written.returncode, written.stdout) == (0, f"{file}\n") and "import-update-key RPM-GPG-KEY-ACME" in written.stderr
    must(["rpmkeys", "--dbpath", desk.base / "db", "--import", file])
    assert desk.run("key", "check", file).stdout == checked.stdout
    again = desk.run("key", "export", made, "--key-name", "RPM-GPG-KEY-ACME", "-o", desk.out, GNUPGHOME=home)
    assert again.returncode == 4 and "exists\nhint: --force" in again.stderr
    built = desk.build("--key", made, GNUPGHOME=home)
    assert built.returncode == 0, built.stderr
    verified = desk.run("verify", "--keyring", file, built.stdout.split()[-1])
    assert verified.returncode == 0, verified.stdout
    twice = desk.run("key", "new", "-o", home, "--no-passphrase", UID)
    assert twice.returncode == 5 and f"a key of '{UID}' in '{home}' already" in twice.stderr


def test_passphrase(desk, home, unsigned_iso):
    done = hand_over(desk, "open sesame", "key", "new", "-o", home, UID)
    assert done.returncode == 0, done.stderr
    made = done.stdout.strip()
    must(["gpgconf", "--homedir", home, "--kill", "gpg-agent"])  # which remembers it for a while
    nobody = desk.build("--key", made, GNUPGHOME=home)
    desk.assert_refused(nobody, 5, "cannot sign", "hint: gpg could not ask for the passphrase here", "--passphrase-fd")
    wrong = hand_over(desk, "abracadabra", "build", "-o", desk.out, "--key", made, desk.ini, GNUPGHOME=home)
    desk.assert_refused(wrong, 5, "cannot sign", "hint: the passphrase is another one")
    right = hand_over(desk, "open sesame", "build", "-o", desk.out, "--key", made, desk.ini, GNUPGHOME=home)
    assert right.returncode == 0, right.stderr
    must(["gpgconf", "--homedir", home, "--kill", "gpg-agent"])
    done = hand_over(desk, "open sesame", "sign", "--key", made, "-o", desk.out / "s.iso", unsigned_iso, GNUPGHOME=home)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("given, status, part", [
    ("nine", 2, "is not the number of a file descriptor"), ("-1", 2, "is not the number"), ("99", 4, "Bad file descriptor"),
    ("0", 2, "gives no passphrase")])  # from nothing
def test_no_passphrase_to_read(desk, given, status, part):
    done = desk.run("build", "--key", "x", "--passphrase-fd", given, "-o", desk.out, desk.ini)
    desk.assert_refused(done, status, part)


def test_no_terminal_to_ask_on(desk, home):
    done = desk.run("key", "new", "-o", home, UID)
    desk.assert_refused(done, 5, "cannot make a key", "hint: gpg could not ask")


# how it is made: (words of make_key, groups that refuse it, why)
REFUSED = {
    "sha1": ({"digest": "SHA1"}, GROUPS[3:], "SHA-1"),
    "ed25519": ({"algorithm": "ed25519"}, GROUPS[1:3], "not an RSA key"),
    "rsa1024": ({"algorithm": "rsa1024"}, GROUPS[1:], "less than 2048 bits"),
    "expired": ({"expires": "2021-01-01"}, GROUPS[1:], "it is expired (gpg --quick-set-expire"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_check_says_who_refuses(desk, make_key, name):
    how, refuse, why = REFUSED[name]
    key = make_key(uid="of a test <key@invalid>", **how)
    for named, env in ((key.id, {"GNUPGHOME": key.home}), (key.public, {})):
        done = desk.run("key", "check", named, **env)
        assert done.returncode == 1 and "hint: `suppack key new" in done.stderr, done.stdout + done.stderr
        lines = dict(line.split(": ", 1) for line in done.stdout.splitlines()[1:])
        assert {group: "refuse it: " in said for group, said in lines.items()} == {
            group: group in refuse for group in GROUPS}
        assert all(why in lines[group] for group in refuse)
    desk.assert_refused(desk.run("key", "export", key.id, "--key-name", "RPM-GPG-KEY-A", "-o", desk.out,
                                 GNUPGHOME=key.home), 5, f"cannot use key '{key.id}'")


def test_gpg_conf_that_asks_for_sha1(desk, home):
    home.mkdir(mode=0o700)
    (home / "gpg.conf").write_text("cert-digest-algo SHA1\n")
    done = desk.run("key", "new", "-o", home, "--no-passphrase", UID)
    desk.assert_refused(done, 5, f"gpg made a key that hosts refuse, by '{home}/gpg.conf'")


@pytest.mark.parametrize("verb", ["check", "export"])
def test_a_key_that_is_not_there(desk, home, verb):
    home.mkdir(mode=0o700)
    done = desk.run("key", verb, "nobody", *(["--key-name", "RPM-GPG-KEY-A"] if verb == "export" else []), GNUPGHOME=home)
    desk.assert_refused(done, 5, "0 keys in", "GNUPGHOME")
