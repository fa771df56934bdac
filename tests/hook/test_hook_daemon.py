# SPDX-License-Identifier: GPL-2.0-or-later
"""Telling a daemon: which one is ours, that it took the file, and what happens when it did not. Every era's daemon,
with the word size of its dom0."""
import json
import shutil
import time

import pytest
import snapshot
from daemon import CASES, ERAS, Case, Daemon
from host import LABEL, STANZA
from support import environment, run

BEGIN = f"# BEGIN {LABEL} ".encode()
OLD = next(case for case in ERAS if case.era == "0.4.7")
EL7 = next(case for case in ERAS if case.era == "el7")
MODERN = next(case for case in ERAS if case.era == "modern")
SYNCHRONOUS = [case for case in ERAS if not case.asynchronous]


@pytest.fixture
def on(make_host, hook_builds):
    """on(case): a fresh host for it."""
    return lambda case: make_host(case.layout, hook_builds[case.hook])


def every(cases):
    return pytest.mark.parametrize("case", cases, ids=str)


def quiet_tree(host):
    return {path: what for path, what in host.tree().items() if not path.startswith(("/run", "/var/run"))}


def assert_back(host, before, note=False):
    """note: but for the one that the daemon is still to be told so, which the next run clears."""
    now = quiet_tree(host)
    if note:
        assert host.at(f"/var/lib/{LABEL}/state").read_text() == "pending=1\n"
        del now[f"/var/lib/{LABEL}/state"], now[f"/var/lib/{LABEL}"]
    assert snapshot.difference(before, now) == []


def status(call, host):
    return json.loads(call(host, "status", "--json").stdout)


@every(CASES)
def test_a_daemon_that_obeys(case, on, daemon, call):
    host = on(case)
    before = quiet_tree(host)
    server = daemon(host, case)
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert "multipathd has it" in done.stderr
    assert server.log().count("reconfigure") == 1
    assert status(call, host)["daemon"] == "agrees"
    assert call(host, "install").returncode == 0
    assert server.log().count("reconfigure") == 1
    assert call(host, "remove").returncode == 0
    assert server.log().count("reconfigure") == 2
    assert_back(host, before)


@every(CASES)
def test_one_byte_at_a_time(case, on, daemon, call):
    host = on(case)
    daemon(host, case, "trickle")
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert "multipathd has it" in done.stderr


def test_one_that_is_done_later(on, daemon, call):
    """0.8.8 and later say ok at once, and are busy for a while."""
    host = on(MODERN)
    server = daemon(host, MODERN, "slow")
    assert call(host, "install").returncode == 0
    assert server.log().count("show daemon") == 6


@every([EL7, MODERN])
def test_one_that_says_ok_and_has_it_a_second_later(case, on, daemon, call):
    """-136 while maps are being created."""
    host = on(case)
    server = daemon(host, case, "late")
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert server.became() == ["taken"]


@every(ERAS)
def test_refused_means_the_old_file_is_back(case, on, daemon, call):
    host = on(case)
    before = quiet_tree(host)
    server = daemon(host, case, "refuses")
    done = call(host, "install")
    assert done.returncode == 5
    reason = "has no device" if case.asynchronous else "answered 'fail'"
    assert reason in done.stderr and "the previous file is back" in done.stderr
    assert server.log().count("reconfigure") == 2
    # el7 has lost all maps by then (multipath.md 0.6): the second reconfigure gives them back
    refused = "refused, maps dropped" if case.era == "el7" else "refused"
    assert server.became()[0] == refused
    if not case.asynchronous:
        assert server.became() == [refused, "taken"]
    assert_back(host, before)


@pytest.mark.parametrize("mood,reason", [("dies", "multipathd"), ("timeout", "answered 'timeout'")])
@every(ERAS)
def test_not_taken_means_the_old_file_is_back(case, mood, reason, on, daemon, call):
    host = on(case)
    before = quiet_tree(host)
    daemon(host, case, mood)
    done = call(host, "install")
    assert done.returncode == 5
    assert reason in done.stderr and "the previous file is back" in done.stderr
    assert ("no multipathd runs any more: start it" in done.stderr) == (mood == "dies")
    assert_back(host, before, note=mood == "timeout")


@every(ERAS)
def test_remove_of_a_daemon_that_dies(case, on, daemon, call):
    """It has no settings any more; what is to be done is to start it."""
    host = on(case)
    before = quiet_tree(host)
    assert call(host, "install").returncode == 0
    daemon(host, case, "dies")
    done = call(host, "remove")
    assert done.returncode == 5
    assert "no multipathd runs any more: start it" in done.stderr
    assert "still has" not in done.stderr and "reconfigure'" not in done.stderr
    assert_back(host, before)


@pytest.mark.parametrize("mood,reason", [("deaf", "has no device"), ("changes", 'rr_min_io "1"')])
@every([OLD, EL7, MODERN])
def test_ok_alone_is_not_believed(case, mood, reason, on, daemon, call):
    host = on(case)
    before = quiet_tree(host)
    daemon(host, case, mood)
    done = call(host, "install")
    assert done.returncode == 5
    assert reason in done.stderr and "the previous file is back" in done.stderr
    assert_back(host, before)


OLD_FROM_64 = next(case for case in CASES if case.arch == "i386" and case.hook == "native")
BROKEN = [(case, mood) for case in (OLD, OLD_FROM_64, EL7, MODERN)
          for mood in ("garbage", "huge", "garbage@show topology", "garbage@reconfigure")]


@pytest.mark.parametrize("case,mood", [*BROKEN, (EL7, "huge@show config")], ids=str)
def test_a_broken_reply_is_no_answer(case, mood, on, daemon, call):
    host = on(case)
    before = quiet_tree(host)
    daemon(host, case, mood)
    start = time.monotonic()
    done = call(host, "install")
    assert done.returncode == 5
    assert "broke the connection" in done.stderr and "the previous file is back" in done.stderr
    assert time.monotonic() - start < 20
    assert_back(host, before, note=True)


@every(SYNCHRONOUS)
def test_values_with_blanks_are_compared_whole(case, on, daemon, call):
    """0.4.7 prints no quotes at all."""
    host = on(case)
    host.unpack("1.0.0", STANZA.replace("}\n", '      features "1 queue_if_no_path"\n}\n'))
    daemon(host, case)
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert status(call, host)["daemon"] == "agrees"


@every(ERAS)
def test_a_keyword_its_era_does_not_know_is_not_missed(case, on, daemon, call):
    """el7 knows no getuid_callout and does not print it."""
    host = on(case)
    lines = '      getuid_callout "/sbin/scsi_id -g -u"\n      prio_callout none\n'
    host.unpack("1.0.0", STANZA.replace("}\n", lines + "}\n"))
    daemon(host, case)
    done = call(host, "install")
    assert done.returncode == 0, done.stderr


@every(ERAS)
def test_a_refused_upgrade_leaves_the_old_block(case, on, daemon, call):
    host = on(case)
    before = quiet_tree(host)
    call(host, "install")
    text = host.target.read_bytes()
    daemon(host, case, "refuses")
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    assert call(host, "install").returncode == 5
    assert host.target.read_bytes() == text
    assert call(host, "remove", "--no-reload").returncode == 0
    assert_back(host, before)


def test_one_that_hangs_is_not_waited_for_for_ever(on, daemon, call):
    host = on(EL7)
    before = quiet_tree(host)
    daemon(host, EL7, "hangs")
    done = call(host, "install")
    assert done.returncode == 5
    assert "gave no answer in time" in done.stderr
    assert_back(host, before, note=True)


@every(CASES)
def test_no_reload_while_a_map_has_no_path(case, on, daemon, call):
    host = on(case)
    server = daemon(host, case, "no-path")
    done = call(host, "install")
    assert done.returncode == 0
    assert "not told yet" in done.stderr
    assert "reconfigure" not in server.log()
    assert status(call, host)["state"] == "pending"
    server.stop()
    later = daemon(host, case)
    assert call(host, "install").returncode == 0
    assert "reconfigure" in later.log()
    assert status(call, host)["state"] == "applied"


@every(ERAS)
def test_no_reload_when_told_not_to(case, on, daemon, call):
    host = on(case)
    server = daemon(host, case)
    assert call(host, "install", "--no-reload").returncode == 0
    assert BEGIN in host.target.read_bytes()
    assert "reconfigure" not in server.log()


def test_the_path_is_tried_where_the_abstract_name_is_not_seen(on, daemon):
    """0.12 and later listen at both; the hook is in another network namespace here."""
    host = on(MODERN)
    server = daemon(host, MODERN)
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    assert server.log().count("reconfigure") == 1


@every([EL7, MODERN])
def test_somebody_elses_daemon_is_left_alone(case, on, daemon, call):
    """The installer's own, seen from the chroot it installs into: an abstract socket is not hidden by a chroot."""
    host = on(case)
    server = daemon(host, EL7, root="/")  # of the machine itself; el7 makes no file there
    done = call(host, "install")
    assert done.returncode == 0
    assert "no multipathd runs here" in done.stderr
    assert server.log() == []


class Inside:
    """The shipped, static hook really chrooted into the host, as an installer runs it."""

    def __init__(self, network, host, proc):
        self.network, self.host, self.proc = network, host, proc

    def __call__(self, *words):
        host = self.host
        argv = ["/usr/sbin/chroot", host.root, f"/opt/{LABEL}/bin/multipath-hook", *words]
        if self.proc:
            host.at("/proc").mkdir(exist_ok=True)
            script = 'mount -t proc proc "$1" && shift && exec "$@"'
            argv = ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh",
                    host.at("/proc"), *argv]
        return run([*self.network.before, *argv], env=environment())


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no_proc"])
@pytest.mark.parametrize("build", ["x86_64", "i386"])
def test_from_inside_a_chroot_the_daemon_outside_is_left_alone(make_host, hook_builds, network, daemon, build, proc):
    host = make_host("xs-8.2", hook_builds[build])
    before = quiet_tree(host)
    server = daemon(host, EL7, root="/")
    inside = Inside(network, host, proc)
    done = inside("install")
    assert done.returncode == 0, done.stderr
    assert "no multipathd runs here" in done.stderr
    assert BEGIN in host.target.read_bytes()
    assert inside("remove").returncode == 0
    assert server.log() == []
    host.at("/proc").exists() and host.at("/proc").rmdir()
    assert_back(host, before)


@every([Case("xs-6.2", "0.4.7", "i386", "i386"), Case("xs-6.5", "el6", hook="x86_64"),
        Case("xs-8.2", "el7", hook="x86_64"), Case("xs-9", "modern", hook="x86_64")])
def test_from_inside_the_daemons_own_root_it_is_told(case, make_host, hook_builds, network, daemon):
    """The counterpart, so that the silence above proves something: as on a dom0 itself, "/" is the daemon's "/"."""
    host = make_host(case.layout, hook_builds[case.hook])
    server = daemon(host, case)
    done = Inside(network, host, proc=True)("install")
    assert done.returncode == 0, done.stderr
    assert "multipathd has it" in done.stderr
    assert server.log().count("reconfigure") == 1


def test_the_name_of_the_socket_is_multipathds_own(network, hook, tmp_path, make_host):
    """A real client, where there is one, finds the stand-in: so it has the right name and speaks the protocol."""
    client = shutil.which("multipathd", path="/usr/sbin:/sbin")
    if not client:
        pytest.skip("no real multipathd here to be the client")
    host = make_host("xs-9")
    server = Daemon(network, hook.parents[2] / "bin" / "multipathd-stand-in.x86_64", tmp_path / "log", host.root,
                    "modern", "obeys")
    try:
        done = run([*network.before, client, "show", "daemon"])
        assert done.stdout.startswith("pid ") and "idle" in done.stdout, done.stdout + done.stderr
        assert server.log() == ["show daemon"]
    finally:
        server.stop()
