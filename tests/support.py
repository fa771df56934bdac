# SPDX-License-Identifier: GPL-2.0-or-later
"""What the test modules share besides fixtures: running programs, and throw-away keys."""
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
EPOCH = "1700000000"  # 2023-11-14, any fixed moment that lies before today
KEY_UID = "suppack test key (throw-away) <test@invalid>"
# Of what is many and alike only each K-th, beginning with another one at each commit: what CI has time for.
EVERY = int(os.environ.get("SUPPACK_EVERY") or 1)
FIRST = int(os.environ.get("SUPPACK_FIRST") or 0) % EVERY
# What a sanitized build may need to be told; everything else of the caller's environment stays out.
PASSED_ON = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


def sample(things):
    """All of a sequence, or each SUPPACK_EVERY-th."""
    return list(things)[FIRST::EVERY]


def environment(**extra):
    """A small, known environment; a value of None takes the variable out again."""
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
    env.update({name: os.environ[name] for name in PASSED_ON if name in os.environ})
    env.update(extra)
    return {name: str(value) for name, value in env.items() if value is not None}


def run(argv, **kwargs):
    """subprocess.run as every test wants it: text, both streams caught, nothing to read."""
    env = kwargs.pop("env", None) or environment()
    kwargs.setdefault("timeout", 300)
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([str(word) for word in argv], env=env, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)


def must(argv, **kwargs):
    """run(), and a failure shows everything the program said."""
    done = run(argv, **kwargs)
    assert done.returncode == 0, f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done


# A process starts with the peak of the one it is forked from, and that of tests is large: this one's is small.
MEASURE = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write(f"\\n{used.ru_maxrss} {used.ru_utime + used.ru_stime}")
sys.exit(status)
"""


def measured(argv, **kwargs):
    """run(), and its peak of resident memory with what it maps (KiB), and its seconds of a processor."""
    done = run([sys.executable, "-c", MEASURE, *argv], **kwargs)
    done.stderr, _, used = done.stderr.rpartition("\n")
    peak, seconds = used.split()
    return done, int(peak), float(seconds)


def set_keys(ini, **values):
    """Sets `key = value` lines of a description, the first of each name; one it does not have is an error of the test."""
    text = ini.read_text()
    for key, value in values.items():
        key = key.replace("_", "-")
        text, count = re.subn(rf"(?m)^{key}(\s*)=.*$", lambda hit: f"{key}{hit[1]}= {value}", text, count=1)  # noqa: B023
        assert count == 1, f"{ini}: no line sets '{key}'"
    ini.write_text(text)


SUMS = "SHA256SUMS"


def sums_of(tree):
    """What has to stand in SHA256SUMS of an image with these files."""
    names = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
    wanted = sorted((name for name in names if name not in (SUMS, f"{SUMS}.asc")), key=os.fsencode)
    return "".join(f"{hashlib.sha256(names[name].read_bytes()).hexdigest()}  {name}\n" for name in wanted)


class Key:
    """A throw-away RSA key as packs.md B.6 wants it: the primary key signs, there is no subkey."""

    def __init__(self, home):
        self.home = Path(home)

    def create(self, uid=KEY_UID, expires="0", algorithm="rsa3072", digest="SHA256"):
        """expires counts from 2020-01-01. That lies before EPOCH: gpg does not sign with a key "from the future".
        digest: of the self-signature."""
        self.gpg("--cert-digest-algo", digest, "--quick-generate-key", "--passphrase", "", uid, algorithm, "sign", expires,
                 faked_time="20200101T000000")
        listing = self.gpg("--with-colons", "--list-keys").stdout.splitlines()
        self.id = next(line.split(":")[9] for line in listing if line.startswith("fpr"))
        self.public = self.home / "public.asc"
        self.public.write_text(self.gpg("--armor", "--export", self.id).stdout)
        return self

    def gpg(self, *words, faked_time=None):
        fake = ["--faked-system-time", faked_time] if faked_time else []
        return must(["gpg", "--batch", "--pinentry-mode", "loopback", "--homedir", self.home, *fake, *words],
                    env=environment(GNUPGHOME=self.home))

    def sign_detached(self, file, faked_time=None):
        """file.asc beside file, made by gpg itself."""
        signature = Path(f"{file}.asc")
        signature.unlink(missing_ok=True)
        self.gpg("--armor", "--local-user", self.id, "--output", signature, "--detach-sign", file,
                 faked_time=faked_time)
        return signature

    def close(self):
        """Ends the agent gpg started for this home, and no other."""
        run(["gpgconf", "--homedir", self.home, "--kill", "all"])
        shutil.rmtree(self.home, ignore_errors=True)
