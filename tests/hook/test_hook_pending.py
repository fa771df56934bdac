# SPDX-License-Identifier: GPL-2.0-or-later
"""Killed between the replacement and the daemon's answer: the next run tells the daemon, though the file is as it
should be."""
import json
import signal
import subprocess
import time

import pytest
import snapshot
from daemon import ERAS, Case
from host import LABEL
from support import environment

BEGIN = f"# BEGIN {LABEL} ".encode()
CALLS = ("connect", "sendto", "recvfrom", "rename")
MOST = 100


def quiet_tree(host):
    return {path: what for path, what in host.tree().items() if not path.startswith(("/run", "/var/run"))}


def has_block(host):
    return host.target.exists() and BEGIN in host.target.read_bytes()


class Scene:
    """One host with a daemon, about to `install` or to `remove`."""

    def __init__(self, make_host, hook, daemon, call, case, word, mood="obeys"):
        self.host, self.call, self.word = make_host(case.layout, hook), call, word
        self.before = quiet_tree(self.host)
        if word == "remove":
            assert self.host.hook("install", "--no-reload").returncode == 0
        self.daemon = daemon(self.host, case, mood)

    @property
    def replaced(self):
        return has_block(self.host) == (self.word == "install")

    def finish(self, where, server=None):
        """The next plain run; the daemon must hear of it, once."""
        server = server or self.daemon
        told = server.log().count("reconfigure")
        done = self.call(self.host, self.word)
        assert done.returncode == 0, f"{where}: {done.stderr}"
        assert server.log().count("reconfigure") == told + 1, f"{where}: the daemon was not told"
        assert self.replaced, where
        if self.word == "install":
            said = json.loads(self.call(self.host, "status", "--json").stdout)
            assert (said["state"], said["daemon"]) == ("applied", "agrees"), where
        else:
            assert snapshot.difference(self.before, quiet_tree(self.host)) == [], where
        assert self.call(self.host, self.word).returncode == 0, where
        assert server.log().count("reconfigure") == told + 1, f"{where}: told again for nothing"
        self.daemon.stop()


@pytest.mark.parametrize("word", ["install", "remove"])
@pytest.mark.parametrize("case", [case for case in ERAS if case.era in ("el6", "el7")], ids=str)
def test_killed_at_every_word_to_the_daemon(case, word, make_host, hook, daemon, call, tmp_path):
    points = replaced = 0
    for name in CALLS:
        for n in range(1, MOST):
            scene = Scene(make_host, hook, daemon, call, case, word)
            trace = tmp_path / "trace"
            scene.call(scene.host, word, before=["/usr/bin/strace", "-o", trace, "-e", f"trace={name}",
                                                 "-e", f"inject={name}:signal=KILL:when={n}"])
            if "killed by SIGKILL" not in trace.read_text():
                scene.daemon.stop()
                break
            points += 1
            replaced += scene.replaced
            # A kill at the last step of all, after the daemon's answer, may leave nothing to be done.
            if name == "rename" and scene.replaced and scene.daemon.became() and scene.daemon.became()[-1] == "taken":
                assert call(scene.host, word).returncode == 0
                scene.daemon.stop()
                continue
            scene.finish(f"{name} {n}")
        assert n < MOST - 1
    assert replaced > 3
    print(f"{case} {word}: killed at {points} calls, {replaced} of them after the replacement")


@pytest.mark.parametrize("word", ["install", "remove"])
@pytest.mark.parametrize("case", [*ERAS, Case("xs-7.0", "el7")], ids=str)
def test_killed_while_the_daemon_hangs(case, word, make_host, hook, daemon, call, network):
    scene = Scene(make_host, hook, daemon, call, case, word, "hangs")
    host = scene.host
    argv = [*network.before, f"{host.root}/opt/{LABEL}/bin/multipath-hook", word, "--root", host.root]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL, env=environment()) as process:
        deadline = time.monotonic() + 30
        while "reconfigure" not in scene.daemon.log():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert scene.replaced
    scene.daemon.stop()
    scene.finish("hangs", daemon(host, case))


@pytest.mark.parametrize("case", [case for case in ERAS if case.era in ("el6", "el7")], ids=str)
def test_the_record_says_pending_before_the_file_is_replaced(case, make_host, hook, daemon, call, tmp_path):
    """Killed as the very next thing after the rename, at the sync of its folder."""
    hits = 0
    for n in range(1, MOST):
        scene = Scene(make_host, hook, daemon, call, case, "install")
        trace = tmp_path / "trace"
        call(scene.host, "install", before=["/usr/bin/strace", "-o", trace, "-e", "trace=fsync",
                                            "-e", f"inject=fsync:signal=KILL:when={n}"])
        if "killed by SIGKILL" not in trace.read_text():
            scene.daemon.stop()
            break
        if scene.replaced and "reconfigure" not in scene.daemon.log():
            said = json.loads(call(scene.host, "status", "--json").stdout)
            assert said["state"] == "pending", f"fsync {n}"
            scene.finish(f"fsync {n}")
            hits += 1
        scene.daemon.stop()
    assert hits
