# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped program stopped at, and failed at, every system call that changes something.

After each: the file is the old bytes or the new bytes and nothing else; a second run finishes; removal gives the whole
tree back. strace does the stopping (signal=KILL) and the failing (error=).
"""
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import snapshot
from host import LABEL, STANZA, Host
from support import run

CALLS = ("open", "write", "writev", "close", "fsync", "rename", "link", "unlink", "mkdir", "rmdir", "chmod", "fchmod",
         "fchown", "fsetxattr", "utimensat", "flock", "read", "fstat", "readlink", "getdents64")
LAYOUTS = ("xs-6.5", "xs-7.6")
ACTIONS = ("install", "upgrade", "remove")
MOST = 200  # of one call in one run


class Case:
    """One layout and action: the tree it starts from, and the two states the file may be in."""

    def __init__(self, layout, action, program, make_host, scratch):
        self.action, self.scratch = action, scratch
        host = make_host(layout, program)
        self.layout, self.program = host.layout, program
        self.pristine = host.tree()
        self.states = [self.content(host)]
        if action != "install":
            assert host.hook("install").returncode == 0
            self.states.append(self.content(host))
        if action == "upgrade":
            self.states = self.states[1:]
            host.unpack("1.0.1", STANZA.replace("100", "200"))
        self.start = host.root
        if action != "remove":
            done = self.copy("wanted")
            assert done.hook("install").returncode == 0
            self.states.append(self.content(done))

    @staticmethod
    def content(host):
        return host.target.read_bytes() if host.target.exists() else None

    def copy(self, name):
        root = self.scratch / name
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(self.start, root, symlinks=True)
        return Host(root, self.layout, self.program)

    @property
    def word(self):
        return "remove" if self.action == "remove" else "install"

    def check(self, host, where):
        assert self.content(host) in self.states, f"{where}: the file is neither old nor new"
        again = host.hook(self.word)
        assert again.returncode == 0, f"{where}: second run: {again.stderr}"
        assert self.content(host) == (self.states[0] if self.word == "remove" else self.states[-1]), where
        left = [path for path in Path(host.root).rglob("*") if path.name.startswith(".multipath-hook") or
                path.name.endswith(".new")]
        assert left == [], f"{where}: {left} survived the second run"
        assert host.hook("remove").returncode == 0
        assert snapshot.difference(self.pristine, host.tree()) == [], where


def points(case, kind):
    """(host, where, process) for every call of every name, the run injected there; strace counts a name at a time."""
    for call in CALLS:
        for n in range(1, MOST):
            host = case.copy("here")
            trace = Path(f"{host.root}.trace")
            done = host.hook(case.word, before=["/usr/bin/strace", "-o", trace, "-e", f"trace={call}",
                                                "-e", f"inject={call}:{kind}:when={n}"])
            if not any(mark in trace.read_text() for mark in ("killed by SIGKILL", "(INJECTED)")):
                break
            yield host, f"{call} {n}", done
        assert n < MOST - 1


@pytest.fixture
def case(make_host, hook, tmp_path, layout, action):
    return Case(layout, action, hook, make_host, tmp_path)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_stopped_at_every_call(case):
    count = 0
    for host, where, _ in points(case, "signal=KILL"):
        case.check(host, f"stopped at {where}")
        count += 1
    assert count > 40
    print(f"{case.layout} {case.action}: stopped at {count} calls")


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_failing_at_every_call(case, error):
    count = 0
    for host, where, done in points(case, f"error={error}"):
        assert done.returncode in (0, 1, 4, 5), f"{where}: exit {done.returncode}"
        case.check(host, f"{error} at {where}")
        count += 1
    assert count > 40
    print(f"{case.layout} {case.action}: {error} at {count} calls")


def test_the_cases_differ(make_host, hook, tmp_path):
    """The harness itself: a file that is neither old nor new is noticed."""
    case = Case("xs-6.5", "install", hook, make_host, tmp_path)
    assert len(set(case.states)) == 2
    host = case.copy("third")
    host.target.write_bytes(b"something else")
    with pytest.raises(AssertionError, match="neither old nor new"):
        case.check(host, "here")


def test_another_writer_at_the_same_time_loses_nothing(make_host, hook):
    """Somebody appends to the file while the new one is being synced: the hook begins anew, both changes are there."""
    host = make_host("xs-6.5", hook)
    temp = host.target.parent / f".multipath-hook.{LABEL}"
    argv = ["/usr/bin/strace", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_enter=200000",
            f"{host.root}/opt/{LABEL}/bin/multipath-hook", "install", "--root", host.root]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not temp.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        with open(host.target, "ab") as file:
            file.write(b"\n# written meanwhile\n")
        said = process.stderr.read()
    assert process.returncode == 0, said
    text = host.target.read_text()
    assert "# written meanwhile" in text
    assert text.count(f"# BEGIN {LABEL} ") == 1
    assert host.hook("remove").returncode == 0
    assert host.target.read_bytes() == host.layout.text(host.layout.target) + b"\n# written meanwhile\n"
