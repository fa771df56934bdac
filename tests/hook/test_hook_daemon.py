# SPDX-License-Identifier: GPL-2.0-or-later
"""Telling a daemon: which one is ours, that it took the file, and what happens when it did not."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import snapshot
from host import LABEL, STANZA

STAND_IN = Path(__file__).with_name("multipathd_stand_in.py")
BEGIN = f"# BEGIN {LABEL} ".encode()
SOCKETS = {"xs-6.5": "/var/run/multipathd.sock", "xs-8.2": "abstract", "xs-9": "/run/multipathd.socket"}


@pytest.fixture(autouse=True, scope="module")
def own_network():
    """An abstract socket belongs to the network namespace: one of our own keeps other tests out."""
    name = f"suppack-hook-{os.getpid()}"  # two runs on one machine stay apart
    subprocess.run(["ip", "netns", "add", name], check=True)
    yield name
    subprocess.run(["ip", "netns", "delete", name], check=True)


@pytest.fixture
def daemon(own_network, tmp_path):
    """daemon(host, mood, root=): a stand-in that serves the host's root; .log() is what it was told."""
    running = []

    class Daemon:
        def __init__(self, host, mood, root=None):
            self.log_file = tmp_path / f"log{len(running)}"
            host.at("/var/run").mkdir(parents=True, exist_ok=True)
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", own_network, sys.executable, STAND_IN, root or host.root,
                 SOCKETS[host.layout.name], mood, self.log_file], stdout=subprocess.PIPE, text=True)
            running.append(self.process)
            assert self.process.stdout.readline() == "ready\n"

        def log(self):
            return self.log_file.read_text().splitlines()
    yield Daemon
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(params=list(SOCKETS))
def host(request, make_host):
    return make_host(request.param)


@pytest.fixture
def call(own_network):
    """call(host, *words): the hook in the daemon's network namespace."""
    return lambda host, *words: host.hook(*words, before=["/usr/sbin/ip", "netns", "exec", own_network])


def quiet_tree(host):
    return {path: what for path, what in host.tree().items() if not path.startswith(("/run", "/var/run"))}


def test_a_daemon_that_obeys(host, daemon, call):
    before = quiet_tree(host)
    server = daemon(host, "obeys")
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert "multipathd has it" in done.stderr
    assert server.log().count("reconfigure") == 1
    assert json.loads(call(host, "status", "--json").stdout)["daemon"] == "agrees"
    call(host, "install")
    assert server.log().count("reconfigure") == 1
    assert call(host, "remove").returncode == 0
    assert server.log().count("reconfigure") == 2
    assert snapshot.difference(before, quiet_tree(host)) == []


def test_one_that_is_done_later(host, daemon, call):
    server = daemon(host, "slow")
    assert call(host, "install").returncode == 0
    assert server.log().count("show daemon") == 6


@pytest.mark.parametrize("mood,reason", [("refuses", "answered 'fail'"), ("deaf", "has no device"),
                                         ("dies", "multipathd")])
def test_not_taken_means_the_old_file_is_back(host, daemon, call, mood, reason):
    before = quiet_tree(host)
    daemon(host, mood)
    done = call(host, "install")
    assert done.returncode == 5
    assert reason in done.stderr and "the previous file is back" in done.stderr
    assert snapshot.difference(before, quiet_tree(host)) == []


def test_a_refused_upgrade_leaves_the_old_block(host, daemon, call):
    before = quiet_tree(host)
    call(host, "install")
    text = host.target.read_bytes()
    daemon(host, "refuses")
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    assert call(host, "install").returncode == 5
    assert host.target.read_bytes() == text
    assert call(host, "remove", "--no-reload").returncode == 0
    assert snapshot.difference(before, quiet_tree(host)) == []


def test_one_that_hangs_is_not_waited_for_for_ever(make_host, daemon, call):
    host = make_host("xs-8.2")
    before = quiet_tree(host)
    daemon(host, "hangs")
    done = call(host, "install")
    assert done.returncode == 5
    assert "gave no answer in time" in done.stderr
    assert snapshot.difference(before, quiet_tree(host)) == []


def test_no_reload_while_a_map_has_no_path(host, daemon, call):
    server = daemon(host, "no-path")
    done = call(host, "install")
    assert done.returncode == 0
    assert "not told yet" in done.stderr
    assert "reconfigure" not in server.log()
    assert json.loads(call(host, "status", "--json").stdout)["state"] == "pending"
    server.process.kill()
    server.process.wait()
    shutil.rmtree(host.at("/run"), ignore_errors=True)
    for path in host.at("/var/run").iterdir():
        path.unlink()
    later = daemon(host, "obeys")
    assert call(host, "install").returncode == 0
    assert "reconfigure" in later.log()
    assert json.loads(call(host, "status", "--json").stdout)["state"] == "applied"


def test_somebody_elses_daemon_is_left_alone(make_host, daemon, call):
    """The installer's own, seen from the chroot it installs into: an abstract socket is not hidden by a chroot."""
    host = make_host("xs-8.2")
    server = daemon(host, "obeys", root="/")
    done = call(host, "install")
    assert done.returncode == 0
    assert "no multipathd runs here" in done.stderr
    assert server.log() == []


def test_no_reload_when_told_not_to(host, daemon, call):
    server = daemon(host, "obeys")
    assert call(host, "install", "--no-reload").returncode == 0
    assert BEGIN in host.target.read_bytes()
    assert server.log() == []
