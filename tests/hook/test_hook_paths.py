# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon that must not be told now, or cannot be: paths that are not ready, a socket that is not seen, a stranger on
it; and that it is told later, after an install as after a removal (parsers-2.md P10)."""
import json
import re
import signal
import subprocess

import pytest
import snapshot
from daemon import ERAS
from host import LABEL, STANZA

EL6 = next(case for case in ERAS if case.era == "el6")
EL7 = next(case for case in ERAS if case.era == "el7")
MODERN = next(case for case in ERAS if case.era == "modern")
LOSES = [case for case in ERAS if case.era != "modern"]
STATE = f"/var/lib/{LABEL}/state"
BEGIN = f"# BEGIN {LABEL} ".encode()


@pytest.fixture
def on(make_host, hook_builds):
    """on(case): a fresh host for it."""
    return lambda case: make_host(case.layout, hook_builds[case.hook])


def every(cases):
    return pytest.mark.parametrize("case", cases, ids=str)


def quiet_tree(host):
    return {path: what for path, what in host.tree().items() if not path.startswith(("/run", "/var/run"))}


def status(call, host):
    said = json.loads(call(host, "status", "--json").stdout)
    return said["state"], said["daemon"]


def assert_plain(said):
    """No byte a terminal would obey."""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said), repr(said)


@every(LOSES)
def test_no_reload_while_one_path_of_two_is_not_ready(case, on, daemon, call):
    """P10.1: these daemons drop that path, some for good."""
    host = on(case)
    server = daemon(host, case, "one-path")
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert "reconfigure" not in server.log()
    assert BEGIN in host.target.read_bytes()
    assert_plain(done.stderr)
    for word in ("multipathd is not told yet", "sdb", "360a\\x1b]0;x\\x07", "is not ready", "run 'install' again"):
        assert word in done.stderr
    assert status(call, host) == ("pending", "differs")
    assert call(host, "install").returncode == 0
    assert "reconfigure" not in server.log()
    server.stop()
    later = daemon(host, case)
    assert "multipathd has it" in call(host, "install").stderr
    assert later.log().count("reconfigure") == 1
    assert status(call, host) == ("applied", "agrees")


def test_a_daemon_that_keeps_such_paths_is_told(on, daemon, call):
    host = on(MODERN)
    server = daemon(host, MODERN, "one-path")
    done = call(host, "install")
    assert "multipathd has it" in done.stderr
    assert server.log().count("reconfigure") == 1


@pytest.mark.parametrize("word", ["install", "remove"])
@every([EL6, EL7])
def test_a_path_that_comes_back_is_waited_for(case, word, on, daemon, call):
    host = on(case)
    if word == "remove":
        assert host.hook("install").returncode == 0
    server = daemon(host, case, "recovers")
    done = call(host, word)
    assert done.returncode == 0, done.stderr
    assert server.log().count("reconfigure") == 1
    assert server.log().count("show topology") == 4


def note(host):
    """The record, where it is no more than the note that the daemon is to be told."""
    path = host.at(STATE)
    assert [entry.name for entry in path.parent.iterdir()] == ["state"]
    return path.read_text()


@pytest.mark.parametrize("mood", ["one-path", "no-path", "hangs@reconfigure", "garbage"])
@every([EL6, EL7])
def test_a_removal_the_daemon_is_not_told_of_is_on_record(case, mood, on, daemon, call):
    """P10.7 and 11: said, and told later by whatever of this pack runs again."""
    host = on(case)
    before = quiet_tree(host)
    server = daemon(host, case)
    assert call(host, "install").returncode == 0
    server.stop()
    server = daemon(host, case, mood)
    done = call(host, "remove")
    assert done.returncode == 5, done.stderr
    assert_plain(done.stderr)
    assert "removed, but" in done.stderr and "run 'multipathd reconfigure'" in done.stderr
    assert BEGIN not in (host.target.read_bytes() if host.target.exists() else b"")
    assert note(host) == "pending=1\n"
    assert call(host, "remove").returncode == 5, "the second one does not forget it"
    assert note(host) == "pending=1\n"
    server.stop()
    later = daemon(host, case)
    done = call(host, "remove")
    assert done.returncode == 0, done.stderr
    assert "multipathd is told now" in done.stderr
    assert later.log().count("reconfigure") == 1
    assert snapshot.difference(before, quiet_tree(host)) == []
    assert "nothing to remove" in call(host, "remove").stderr
    assert later.log().count("reconfigure") == 1


def test_an_install_after_such_a_removal_starts_anew(on, daemon, call):
    """The note alone says nothing of the file: whether it was there before is seen anew."""
    host = on(EL7)
    before = quiet_tree(host)
    server = daemon(host, EL7, "one-path")
    assert call(host, "install").returncode == 0
    assert call(host, "remove").returncode == 5
    server.stop()
    server = daemon(host, EL7)
    assert call(host, "install").returncode == 0
    assert server.log().count("reconfigure") == 1
    assert status(call, host) == ("applied", "agrees")
    assert call(host, "remove").returncode == 0
    assert snapshot.difference(before, quiet_tree(host)) == []


def test_a_refused_install_after_such_a_removal_keeps_the_note(on, daemon, call):
    host = on(EL7)
    daemon(host, EL7, "one-path")
    assert call(host, "install").returncode == 0
    assert call(host, "remove").returncode == 5
    host.unpack("1.0.0", STANZA, on_conflict="fail")
    host.write("/etc/multipath/conf.d/custom.conf", f"devices {{\n{STANZA}}}\n".encode())
    assert call(host, "install").returncode == 1
    assert note(host) == "pending=1\n"


def test_a_daemon_that_is_not_seen_from_here_is_told_later(on, daemon, call):
    """clients-2.md 3: rpm's plugin gives a scriptlet a network namespace; el7's socket is in the other."""
    host = on(EL7)
    server = daemon(host, EL7)
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    assert "is not told yet" in done.stderr and "network" in done.stderr
    assert server.log() == []
    assert status(lambda _, *words: host.hook(*words), host) == ("pending", "silent")
    assert "is not told yet" in host.hook("install").stderr, "there is more to do than nothing"
    assert "multipathd has it" in call(host, "install").stderr
    assert status(call, host) == ("applied", "agrees")
    done = host.hook("remove")
    assert done.returncode == 5 and "multipathd reconfigure" in done.stderr
    assert call(host, "remove").returncode == 0
    assert server.log().count("reconfigure") == 2


@every([EL6, EL7, MODERN])
def test_a_daemon_that_differs_is_told_though_the_file_is_right(case, on, daemon, call):
    host = on(case)
    server = daemon(host, case)
    assert host.hook("install", "--no-reload").returncode == 0
    state = host.at(STATE)
    state.write_text(state.read_text().replace("pending=1", "pending=0"))
    assert status(call, host) == ("pending", "differs")
    assert "multipathd has it" in call(host, "install").stderr
    assert server.log().count("reconfigure") == 1
    assert "nothing to do" in call(host, "install").stderr
    assert server.log().count("reconfigure") == 1


@every([EL7])
def test_only_root_is_multipathd(case, on, daemon, call):
    host = on(case)
    server = daemon(host, case, "stranger")
    host.at("/run/multipathd/multipathd.pid").unlink()
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert "no multipathd runs here: a process of user 65534" in done.stderr
    assert server.log() == []
    assert status(call, host) == ("applied", "none")


def test_a_daemon_that_takes_no_connection_is_not_none(on, daemon, call, network):
    """Stopped, and its queue is full."""
    host = on(EL7)
    server = daemon(host, EL7)
    server.process.send_signal(signal.SIGSTOP)
    filler = ("import socket, sys, time\nheld = []\n"
              "while True:\n"
              "    s = socket.socket(socket.AF_UNIX); s.setblocking(False)\n"
              "    try: s.connect('\\0/org/kernel/linux/storage/multipathd')\n"
              "    except BlockingIOError: break\n"
              "    held.append(s)\n"
              "print('full', flush=True); time.sleep(600)\n")
    with subprocess.Popen([*network.before, "/usr/bin/python3", "-c", filler], stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdout.readline() == "full\n"
        done = call(host, "install")
        busy.kill()
    server.process.send_signal(signal.SIGCONT)
    assert done.returncode == 0, done.stderr
    assert "takes no connection" in done.stderr
    assert "multipathd has it" in call(host, "install").stderr
