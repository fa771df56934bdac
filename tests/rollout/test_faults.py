# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong on a host or between it and the control node: it is refused before anything changes, or undone."""
import time

import pytest

from expect import PACKAGES
from fleet import ONE
from support import sample
from test_rollout import DROP_IN, gone

HOST, POOL = "ams-a1", "ams-a"


@pytest.fixture
def host(fleet):
    """A master without the pack, which the test leaves without the pack."""
    machine = fleet[HOST]
    machine.before, machine.since = machine.tree(), len(machine.asked())
    yield machine
    machine.enter(["/bin/sh", "-c", f"rm -rf {DROP_IN}.d; for s in /var/update/*/remove; do [ ! -f $s ] || $s; done"])
    fleet.set_pool(POOL, ha="false", tasks=[], updates={})


@pytest.fixture
def daemon(host):
    """daemon(mood): multipathd's stand-in on the host."""
    running = []

    def start(mood):
        running.append(host.daemon(mood=mood))
    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def untouched(host):
    """Nothing of the pack is on the host, and xapi does not know it."""
    assert gone(host.before, host.tree()) == []
    assert not {package.rpartition("-")[0] for package in host.packages()} & set(PACKAGES)
    assert not any(host.uuid in known["hosts"] for known in host.fleet.pool(POOL)["updates"].values())
    return True


def refused(control, artifact, reason, **variables):
    """The role fails on the host with that reason, and says the same in check mode."""
    done = control.play(ONE, target=HOST, **{**artifact.variables, **variables})
    assert done.returncode == 2 and reason in done.stdout, done.stdout
    return done


def test_disk_full(host, control, artifact):
    free = int(host.must("/bin/sh", "-c", "stat -f -c %a*%S / | sed 's/.*/echo $((&))/' | sh"))
    host.must("fallocate", "-l", str(free - (4 << 20)), "/root/filler")
    try:
        refused(control, artifact, "KiB free")
    finally:
        host.must("rm", "/root/filler")
    assert untouched(host)


def test_configuration_the_hook_refuses(host, control, artifact):
    """A folder where the file belongs: said by the pack's own hook, before anything is installed."""
    host.must("mkdir", "-p", DROP_IN)
    host.before = host.tree()
    try:
        refused(control, artifact, "does not fit this host")
        assert refused(control, artifact, "does not fit this host", ansible_check_mode=True)
        assert untouched(host) and not host.asked_for("update-upload", host.since)
    finally:
        host.must("rmdir", DROP_IN)


@pytest.mark.parametrize("pool, reason", sample([
    ({"ha": "true"}, "HA is on in its pool"), ({"ha": "perhaps"}, "does not say whether HA is on"),
    ({"tasks": ["6f2c"]}, "xapi is at work on 1 task(s): 6f2c"), ({"tasks": ["1", "2"]}, "xapi is at work on 2 task(s)")]),
    ids=str)
def test_preconditions_of_xapi(host, control, fleet, artifact, pool, reason):
    fleet.set_pool(POOL, **pool)
    refused(control, artifact, reason)
    fleet.set_pool(POOL, ha="false", tasks=[])
    assert untouched(host)


def test_xapi_that_does_not_answer(host, control, fleet, artifact):
    silent = fleet.pool_folder(POOL) / "silent"
    silent.touch()
    try:
        done = refused(control, artifact, "xapi does not say which tasks it runs")
        assert "xapi does not say whether HA is on" in done.stdout, "one run tells all reasons"
    finally:
        silent.unlink()
    assert untouched(host)


def test_pack_for_newer_hosts(host, control, fleet, artifact, make_artifact):
    """xapi's own precheck refuses: neither its record nor the control package stays, and what was there does."""
    newer = make_artifact(version="1.0.1", base_requires="platform-version >= 9.9")
    refused(control, newer, "WRONG_SERVER_VERSION")
    assert untouched(host) and fleet.pool(POOL)["updates"] == {}
    assert control.play(ONE, target=HOST, **artifact.variables).returncode == 0
    refused(control, newer, "The host had version 1.0.0 before, its state now is 'applied'")
    assert host.has_pack("1.0.0") and len(fleet.pool(POOL)["updates"]) == 1


def test_failed_path(host, control, artifact, daemon):
    daemon("one-path")
    refused(control, artifact, "1 path(s) of its storage are not well")
    assert untouched(host)


@pytest.mark.parametrize("mood", ["deaf", "refuses"])
def test_daemon_that_does_not_take_it(host, control, artifact, daemon, mood):
    """xapi sees nothing of it (packs.md K.1); the host is rolled back and its pool's record is gone."""
    daemon(mood)
    done = refused(control, artifact, "Rolled back: the pack is off this host")
    assert "was installed, but is not in use" in done.stdout
    assert '"rolled_back": true' in done.stdout, "the host did not do it by itself, before the role's rescue"
    assert untouched(host) and host.asked_for("update-apply", host.since) == 1


def test_daemon_that_takes_it(host, control, artifact, daemon):
    daemon("obeys")
    done = control.play(ONE, target=HOST, **artifact.variables)
    assert done.returncode == 0 and host.has_pack() and host.status()["daemon"] == "agrees", done.stdout


def test_the_operators_own_check_fails(host, control, artifact):
    """Role pack's rescue: what the module had proved is taken back all the same."""
    done = refused(control, artifact, "Rolled back: the pack is off this host", suppack_check_command="/usr/bin/false")
    assert done.stats[HOST]["rescued"] == 1 and untouched(host)


def test_failed_upgrade_gives_the_previous_version_back(host, control, artifact, make_artifact):
    assert control.play(ONE, target=HOST, **artifact.variables).returncode == 0
    refused(control, make_artifact(version="1.0.1"), "Rolled back: this host has version 1.0.0 again",
            suppack_check_command="/usr/bin/false", suppack_previous_src=artifact.iso,
            suppack_previous_sha256=artifact.sha256)
    assert host.has_pack("1.0.0") and len(host.fleet.pool(POOL)["updates"]) == 1


def test_first_failure_stops_the_roll_out(host, control, fleet, artifact, daemon):
    """The canary is rolled back; nobody else is asked anything."""
    daemon("deaf")
    asked = {name: len(fleet[name].asked()) for name in fleet.machines if name != HOST}
    done = control.play("suppack.rollout.rollout", suppack_canary=HOST, **artifact.variables)
    assert done.returncode == 2 and done.stats[HOST]["failed"] == 1
    assert untouched(host)
    assert asked == {name: len(fleet[name].asked()) for name in asked}
    assert all(counts["changed"] == 0 for name, counts in done.stats.items() if name != HOST)


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


@pytest.fixture
def held(fleet):
    """xapi's stand-in waits in update-apply while this file is there."""
    file = fleet.pool_folder(POOL) / "hold"
    file.touch()
    yield file
    file.unlink(missing_ok=True)


def applying(fleet):
    return lambda: fleet.pool(POOL)["tasks"]


def test_connection_cut_in_the_middle(host, control, fleet, artifact, held):
    """The host goes on; the control node comes back, waits for it, and tells what became of it."""
    play = control.start(ONE, target=HOST, **artifact.variables)
    until(applying(fleet))
    assert host.cut_connections() > 0
    time.sleep(1)
    held.unlink()
    done = control.wait(play)
    assert done.returncode == 0 and done.stats[HOST]["changed"] == 1, done.stdout
    assert host.has_pack()


def test_connection_lost_for_good(host, control, fleet, artifact, held):
    """A failure that stops the roll-out; a later run finds the host as it is."""
    play = control.start("suppack.rollout.rollout", suppack_canary=HOST, **artifact.variables)
    until(applying(fleet))
    host.link(up=False)
    host.cut_connections()
    held.unlink()
    done = control.wait(play)
    host.link(up=True)
    assert done.returncode != 0 and "what it has now is not known" in done.stdout, done.stdout
    assert "changed: [" not in done.stdout
    again = control.play(ONE, target=HOST, **artifact.variables)
    assert again.returncode == 0 and again.stats[HOST]["changed"] == 0 and host.has_pack(), again.stdout


def test_two_operators_on_one_host(host, control, fleet, artifact, held):
    """The second waits for the first, looks again, and has nothing to do: one installation."""
    plays = [control.start(ONE, target=HOST, **artifact.variables) for _ in range(2)]
    until(applying(fleet))
    time.sleep(2)
    held.unlink()
    done = [control.wait(play) for play in plays]
    assert [one.returncode for one in done] == [0, 0], done[0].stdout + done[1].stdout
    assert sorted(one.stats[HOST]["changed"] for one in done) == [0, 1]
    assert host.asked_for("update-apply", host.since) == 1
    assert host.has_pack()


def test_two_operators_on_one_pool(host, control, fleet, artifact, held):
    """One host of a pool at a time holds between runs, too: xapi's task gives it away."""
    other = fleet["ams-a2"]
    play = control.start(ONE, target=HOST, **artifact.variables)
    until(applying(fleet))
    done = control.play(ONE, target="ams-a2", **artifact.variables)
    held.unlink()
    assert done.returncode == 2 and "xapi is at work on 1 task(s)" in done.stdout
    assert control.wait(play).returncode == 0 and host.has_pack()
    assert not other.exists("/opt/osnexus-quantastor-multipath")
