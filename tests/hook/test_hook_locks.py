# SPDX-License-Identifier: GPL-2.0-or-later
"""Other people's locks: SM's fairlock around what is asked of the daemon, SM's file lock around what is written."""
import fcntl
import os
import socket
import subprocess
import sys
import time

import pytest
import snapshot
from daemon import ERAS
from fairlock_stand_in import PATH, Fairlock
from host import LABEL
from support import environment

BEGIN = f"# BEGIN {LABEL} ".encode()
SM_LOCKS = "/var/lock/sm"
SM_LOCK = f"{SM_LOCKS}/multipath.conf/host"
WITH_FAIRLOCK = [case for case in ERAS if case.era in ("el7", "modern")]
UP_TO_70 = ("xs-5.5-enabled", "xs-5.6", "xs-6.2", "xs-6.5", "xs-7.0")


@pytest.fixture
def fairlock():
    """fairlock(host, after=): the service, until the test ends."""
    running = []

    def start(host, after=0.0):
        running.append(Fairlock(host, after))
        return running[-1]
    yield start
    for one in running:
        if not one.ending.is_set():
            one.close()


@pytest.mark.parametrize("case", WITH_FAIRLOCK, ids=str)
def test_fairlock_is_held_around_the_reload(case, make_host, daemon, call, fairlock):
    host = make_host(case.layout)
    server, lock = daemon(host, case), fairlock(host, after=0.7)
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert call(host, "remove").returncode == 0
    lock.close()
    assert len(lock.held) == 2, "asked once by install and once by remove"
    for (asked, granted, back), told in zip(lock.held, server.when("reconfigure"), strict=True):
        assert asked + 0.6 < granted < told < back


@pytest.mark.parametrize("case", WITH_FAIRLOCK, ids=str)
def test_fairlock_is_held_until_the_old_file_is_in_use_again(case, make_host, daemon, call, fairlock):
    host = make_host(case.layout)
    server, lock = daemon(host, case, "refuses"), fairlock(host)
    assert call(host, "install").returncode == 5
    lock.close()
    assert len(server.when("reconfigure")) == 2
    for told in server.when("reconfigure"):
        assert any(granted < told < back for _, granted, back in lock.held)


def test_no_fairlock_no_wait(make_host, daemon, call):
    host = make_host("xs-8.2")
    daemon(host, WITH_FAIRLOCK[0])
    start = time.monotonic()
    assert call(host, "install").returncode == 0
    assert time.monotonic() - start < 5


def test_a_fairlock_nobody_serves_is_none(make_host, daemon, call):
    host = make_host("xs-8.2")
    host.at(PATH).parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(host.at(PATH)))
    daemon(host, WITH_FAIRLOCK[0])
    start = time.monotonic()
    assert call(host, "install").returncode == 0
    assert time.monotonic() - start < 5


@pytest.fixture
def sm_host(make_host, hook):
    """sm_host(layout): a host whose SM keeps locks."""
    def make(layout):
        host = make_host(layout, hook)
        host.at(SM_LOCKS).mkdir(parents=True)
        return host
    return make


class Held:
    """SM's lock, taken by a process of its own: a POSIX lock is lost when its process closes the file anywhere, so
    this one, which reads whole trees, cannot hold it."""

    def __init__(self, host):
        host.at(SM_LOCK).parent.mkdir(exist_ok=True)
        script = ("import fcntl, sys\nfile = open(sys.argv[1], 'w+')\nfcntl.lockf(file, fcntl.LOCK_EX)\n"
                  "print('held', flush=True)\nsys.stdin.read()")
        self.process = subprocess.Popen([sys.executable, "-c", script, host.at(SM_LOCK)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "held\n"

    def free(self):
        self.process.communicate()


def is_free(host):
    with open(host.at(SM_LOCK), "r+", encoding="ascii") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def started(host, *words, before=()):
    return subprocess.Popen([*before, f"{host.root}/opt/{LABEL}/bin/multipath-hook", *words, "--root", host.root],
                            stderr=subprocess.PIPE, text=True, env=environment())


@pytest.mark.parametrize("layout", UP_TO_70)
@pytest.mark.parametrize("word", ["install", "remove"])
def test_sms_lock_is_waited_for(layout, word, sm_host):
    """What SM writes while it holds the lock is there afterwards."""
    host = sm_host(layout)
    pristine = host.tree()
    original = host.target.read_bytes() if host.target.exists() else None
    if word == "remove":
        assert host.hook("install").returncode == 0
    held = Held(host)
    before = host.tree()
    process = started(host, word)
    time.sleep(0.5)
    assert process.poll() is None, "it did not wait"
    assert snapshot.difference(before, host.tree()) == []
    written = b""
    if original is not None:
        written = b"# written by SM\n"
        with open(host.target, "ab") as file:
            file.write(written)
    held.free()
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 0, said
    if word == "install":
        assert host.target.read_bytes().count(BEGIN) == 1
        assert written in host.target.read_bytes()
        assert host.hook("remove").returncode == 0
    if original is None:
        assert not host.target.exists()
    else:
        assert host.target.read_bytes() == original + written
    changed = {line.split()[1] for line in snapshot.difference(pristine, host.tree())}
    assert changed <= {host.layout.target, os.path.dirname(SM_LOCK), SM_LOCK}


@pytest.mark.parametrize("layout", ["xs-6.5", "xs-7.0"])
def test_sms_lock_is_made_as_sm_makes_it(layout, sm_host):
    host = sm_host(layout)
    assert host.hook("install").returncode == 0
    assert host.at(SM_LOCK).is_file()
    assert is_free(host)


@pytest.mark.parametrize("layout", UP_TO_70)
def test_where_sm_keeps_no_locks_none_is_made(layout, make_host, hook):
    host = make_host(layout, hook)
    assert host.hook("install").returncode == 0
    assert not host.at("/var/lock").exists()


@pytest.mark.parametrize("layout", ["xs-7.6", "xcp-ng-8.3", "xs-9"])
def test_later_releases_do_not_use_it(layout, sm_host):
    host = sm_host(layout)
    held = Held(host)
    start = time.monotonic()
    done = host.hook("install")
    held.free()
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("layout", ["xs-6.5", "xs-7.0"])
def test_sms_lock_is_held_until_the_new_file_is_there(layout, sm_host, tmp_path):
    """Every rename is slow here: while the one of the file itself is under way the lock is taken."""
    host = sm_host(layout)
    trace = tmp_path / "trace"
    process = started(host, "install", before=["/usr/bin/strace", "-o", trace, "-e", "trace=rename",
                                               "-e", "inject=rename:delay_enter=300000"])
    deadline = time.monotonic() + 30
    while not host.temp.exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    busy = False
    while host.temp.exists():
        if not host.at(SM_LOCK).exists() or is_free(host):
            assert not host.temp.exists(), "the lock was free while the file was being replaced"
        else:
            busy = True
        time.sleep(0.02)
    assert process.wait(timeout=30) == 0, process.stderr.read()
    process.stderr.close()
    assert busy
    assert is_free(host)


def test_sms_lock_held_for_ever(sm_host):
    """30 seconds, then nothing has happened."""
    host = sm_host("xs-6.5")
    held = Held(host)
    before = host.tree()
    done = host.hook("install")
    held.free()
    assert done.returncode == 4
    assert snapshot.difference(before, host.tree()) == []
