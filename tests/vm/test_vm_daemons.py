# SPDX-License-Identifier: GPL-2.0-or-later
"""Four generations of the real daemon: whatever goes wrong with paths and with the daemon while the hook works, no path
is lost without a word, no I/O fails, and what status says is what the kernel has.

The daemons are Debian's 0.8.5, 0.9.4, 0.11.1 and 0.15.1 on its 6.1 kernel. The releases' own (0.4.9-31 of el6, -86, -119
and -136 of dom0) cannot be had here: what is known of those was measured elsewhere (parsers-2.md P10), and the hook's
own tests hold it to that. The array is the kernel's scsi_debug with QuantaStor's names; it says that it knows ALUA,
with two ports of unlike priority.
"""
import os
import re
import subprocess
import time

import pytest

import daemons
import expect
import lun
from hosts import keep
from layouts import CUSTOM, DROP_IN
from stages import HOOK, INSTALL, NEW, NEW_RR_MIN_IO, OLD, REMOVE, drop_in, stock
from suites import SUITES, suite
from support import EVERY, sample

BOTH = {"8:0", "8:16"}
DISKS = {"sda": "8:0", "sdb": "8:16"}
NOT_TAKEN = 5
OPERATIONS = ("install", "upgrade", "remove")
BOUND = 120  # of the hook, with a daemon that does not answer
SOON = 180  # seconds of the guest's clock, which is slow where the machine is busy


def turn(things):
    """All of them, or where there is little time one, another one each time the same suite has its turn."""
    count = int(os.environ.get("SUPPACK_FIRST") or 0) // EVERY
    return list(things) if EVERY == 1 else [list(things)[count % len(things)]]


@pytest.fixture(scope="session")
def unpacked(saved, packs, tmp_path_factory):
    """unpacked(suite's name): a host with that suite's daemon and the pack's files; no scriptlet has run."""
    made = {}

    def make(name):
        if name not in made:
            work = tmp_path_factory.mktemp(f"daemon-{name}")
            host = saved().wake(work)
            daemons.serve(host, suite(name))
            stock(host, packs)
            host.shell(INSTALL.format(OLD) + " --noscripts")
            assert lun.policy(host) == lun.DEFAULT and drop_in(host) is None
            made[name] = keep(host, work / "saved")
        return made[name]
    return make


@pytest.fixture(params=sample(SUITES))
def suite_name(request):
    return request.param


@pytest.fixture
def quiet(unpacked, suite_name, tmp_path):
    """Such a host; nobody has the map open."""
    host = unpacked(suite_name).wake(tmp_path)
    yield host
    host.close()


@pytest.fixture
def host(quiet, traffic, record_property):
    """The same under I/O, none of which may fail."""
    io = traffic(quiet)
    wait_until(quiet, healthy, True)
    yield quiet
    for disk in DISKS:
        lun.set_path(quiet, disk, "running")  # where the test has failed before it did
    record_property("io", str(io.stop()))


def uptime(host):
    return float(host.shell("cat /proc/uptime").split()[0])


def wait_until(host, what, wanted, seconds=SOON):
    """what(host) becomes wanted."""
    until = uptime(host) + seconds
    while (found := what(host)) != wanted:
        assert uptime(host) < until, f"{found}, not {wanted}"
        time.sleep(0.2)


def healthy(host):
    return lun.paths(host) == dict.fromkeys(BOTH, True)


def set_paths(host, state, *disks):
    """And the kernel knows it, by the I/O that goes on or by the daemon that looks."""
    for disk in disks:
        lun.set_path(host, disk, state)
    wait_until(host, lambda host: {lun.paths(host).get(DISKS[disk]) for disk in disks}, {state == "running"})


def command(host, operation):
    if operation == "upgrade":
        host.shell(INSTALL.format(NEW) + " --noscripts")
    return HOOK, "remove" if operation == "remove" else "install"


def do(host, operation, *under):
    """What the hook said. under: a program that runs it, and that one's options."""
    return host.run(*under, *command(host, operation))


def begin(host, operation, *under):
    """The same; to be called for what it said."""
    process = host.machine.start(*under, *command(host, operation))

    def end():
        status, out, err = host.machine.wait(process)
        return subprocess.CompletedProcess(operation, status, out.decode(), err.decode())
    return end


def undo(host, operation):
    if operation == "upgrade":
        host.shell(INSTALL.format(OLD) + " --oldpackage --noscripts")
    done(host, "remove" if operation == "install" else "install")


def done(host, operation):
    said = do(host, operation)
    assert said.returncode == 0, said.stderr
    return said


def policy_after(operation):
    return lun.DEFAULT if operation == "remove" else lun.STANZA


def owed(host, operation, said):
    """Whether the hook said that something is left to do. Where it did not, all is as it has to be."""
    found = expect.status(host)
    if said.returncode == NOT_TAKEN or found["state"] == "pending" or "not told" in said.stderr:
        return True
    assert said.returncode == 0, said.stderr
    assert set(lun.paths(host)) == BOTH, f"a path is lost; {said.stderr}{found}"
    assert lun.policy(host) == policy_after(operation), f"{said.stderr}{found}"
    return False


def settle(host, operation, said):
    """The paths are back. What the hook left to be done is done by the next run; then a path may fail, whichever it is."""
    if owed(host, operation, said):
        wait_until(host, healthy, True)
        done(host, operation)
    wait_until(host, healthy, True)
    says_what_is(host, operation)
    for disk in DISKS:
        set_paths(host, "offline", disk)
        set_paths(host, "running", disk)


def says_what_is(host, operation):
    """status against dmsetup, which is asked past the hook and the daemon."""
    assert lun.policy(host) == policy_after(operation)
    found = expect.status(host)
    wanted = ("missing", "differs") if operation == "remove" else ("applied", "agrees")
    assert (found["state"], found["daemon"]) == wanted, found
    maps_are(host, found, operation != "remove")
    assert (drop_in(host) is None) == (operation == "remove")
    if operation == "upgrade" and "rr_min_io" in lun.device(host):
        assert lun.device(host)["rr_min_io"] == NEW_RR_MIN_IO


def maps_are(host, found, agree):
    groups, usable = lun.groups(host), lun.paths(host)
    policy = "multibus" if len(groups) == 1 else "failover" if all(len(paths) == 1 for _, paths in groups) else "groups"
    [the_map] = found["maps"]
    assert (the_map["name"], the_map["wwid"], the_map["policy"]) == (lun.WWID, lun.WWID, policy), the_map
    assert {the_map["selector"].split()[0]} == {selector for selector, _ in groups}
    assert (the_map["paths"], the_map["ready"]) == (len(usable), sum(usable.values())), the_map
    assert the_map["agrees"] == agree, the_map


# ---- nothing wrong ---------------------------------------------------------------------------
def test_life(host):
    complaints = host.must("multipath", "-t").stderr
    for operation, command in zip(OPERATIONS, (INSTALL.format(OLD), INSTALL.format(NEW), REMOVE)):
        host.shell(command)
        if operation != "remove":
            says_what_is(host, operation)
            assert host.must("multipath", "-t").stderr == complaints, "the host's own parser complains"
    assert lun.policy(host) == lun.DEFAULT and lun.device(host) == {} and drop_in(host) is None
    assert set(lun.paths(host)) == BOTH


# ---- somebody else's settings ----------------------------------------------------------------
def line_of(text, start):
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.split()[:1] == [start])


BLACKLIST = 'blacklist {\n    # not our paths\n    device {\n        vendor "OSNEXUS"\n    }\n}\n'
# This LUN's own, and its disks': no sample of a LUN is on such a list.
LISTS = {"device": BLACKLIST, "wwid": f'blacklist {{\n    # not our paths\n    wwid "^{lun.WWID}$"\n}}\n',
         "devnode": 'blacklist {\n    # not our paths\n    devnode "^sd[ab]$"\n}\n'}
LET_IN = 'blacklist {{\n    {0} ".*"\n}}\nblacklist_exceptions {{\n    {0} "{1}"\n}}\n'


def says_blacklisted(host, kind="device"):
    found = expect.status(host)
    assert found["state"] == "blacklisted" and CUSTOM in found["why"] and found["next"], found
    [effective] = found["effective"]
    by = effective["kept_off"]
    assert (by["by"], by["file"], effective["in_force"]) == (f"blacklist {kind}", CUSTOM, False), by
    assert by["line"] in (3, 4 if kind == "device" else 3), by


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("operation", turn(["install", "remove"]))
def test_blacklisted(host, operation, kind):
    """By a file that the daemon has not read yet: a reload would take the paths from a map that is in use."""
    if operation == "remove":
        done(host, "install")
    host.put(CUSTOM, LISTS[kind].encode())
    do(host, operation)
    assert set(lun.paths(host)) == BOTH, "a path is lost"
    assert "sda" in host.shell("multipathd show paths"), "the map has no guard"
    if operation == "install":
        says_blacklisted(host, kind)
    host.put(CUSTOM, b"")
    done(host, operation)
    wait_until(host, healthy, True)
    says_what_is(host, operation)


@pytest.mark.parametrize("kind, ours", [("wwid", lun.WWID), ("devnode", "^sd[a-c]$")])
def test_let_in_one_by_one(host, kind, ours):
    """Behind a list of everything: nothing is lost by a reload, and nothing is pending for ever."""
    host.put(CUSTOM, LET_IN.format(kind, ours).encode())
    for operation in OPERATIONS:
        done(host, operation)
        wait_until(host, healthy, True)
        says_what_is(host, operation)


def test_blacklisted_by_its_owner(quiet):
    """The daemon has read it and knows the LUN no more; 0.15.1 takes the paths from a map that is in use."""
    host = quiet
    done(host, "install")
    host.put(CUSTOM, BLACKLIST.encode())
    host.shell("multipathd reconfigure")
    wait_until(host, lambda host: "sda" in host.shell("multipathd show paths"), False)
    says_blacklisted(host)
    host.put(CUSTOM, b"")
    found = expect.status(host)
    assert (found["state"], found["daemon"]) == ("pending", "differs") and found["next"], found
    done(host, "install")
    wait_until(host, healthy, True)
    says_what_is(host, "install")
    assert "nothing to do" in done(host, "install").stderr


def test_overridden(host):
    text = "overrides {\n    path_grouping_policy group_by_prio\n}\n"
    host.put(CUSTOM, text.encode())
    do(host, "install")
    found = expect.status(host)
    assert found["state"] == "overridden" and CUSTOM in found["why"] and found["next"], found
    values = {value["keyword"]: value for value in found["effective"][0]["values"]}
    assert values["path_grouping_policy"] == {
        "keyword": "path_grouping_policy", "value": "group_by_prio", "wanted": "multibus", "by": "overrides", "file": CUSTOM,
        "line": line_of(text, "path_grouping_policy")}
    assert values["path_selector"]["by"] == "pack" and values["path_selector"]["file"] == DROP_IN
    if not owed_by_state(found):
        assert len(lun.groups(host)) == 2, "the daemon obeys no override: the test shows nothing"
        maps_are(host, found, True)
    host.put(CUSTOM, b"")
    done(host, "install")
    wait_until(host, healthy, True)
    says_what_is(host, "install")


def owed_by_state(found):
    return found["state"] == "pending" or found["daemon"] != "agrees"


# ---- paths that fail -------------------------------------------------------------------------
@pytest.mark.parametrize("disk", turn(DISKS))
def test_one_path_is_down(host, disk):
    for operation in OPERATIONS:
        set_paths(host, "offline", disk)
        said = do(host, operation)
        owed(host, operation, said)
        set_paths(host, "running", disk)
        settle(host, operation, said)


@pytest.mark.parametrize("when", turn(["seen", "just-now"]))
def test_all_paths_are_down(host, when):
    """just-now: the daemon has not looked yet, and believes that they are ready."""
    for operation in OPERATIONS:
        for disk in DISKS:
            lun.set_path(host, disk, "offline")
        if when == "seen":
            wait_until(host, lun.paths, dict.fromkeys(BOTH, False))
            wait_until(host, lambda host: " ready " in host.shell("multipathd show paths"), False)
        said = do(host, operation)
        owed(host, operation, said)
        for disk in DISKS:
            lun.set_path(host, disk, "running")
        settle(host, operation, said)


def sends_before_reload(host, operation):
    """How often the hook sends to the daemon before it says "reconfigure"."""
    said = do(host, operation, "strace", "-o", "/run/trace", "-e", "trace=sendto")
    assert said.returncode == 0, said.stderr
    sent = [line for line in host.read("/run/trace").decode().splitlines() if line.startswith("sendto(")]
    return next(number for number, line in enumerate(sent) if '"reconfigure' in line)


@pytest.mark.parametrize("operation", turn(OPERATIONS))
@pytest.mark.parametrize("lost", [("sda",), ("sda", "sdb")], ids=["one", "all"])
def test_paths_go_between_look_and_reload(host, operation, lost):
    """The hook has found all ready and is held, by strace, when it has just begun to tell the daemon to reload."""
    if operation != "install":
        done(host, "install")
    sends = sends_before_reload(host, operation)
    undo(host, operation)
    held = begin(host, operation, "strace", "-o", "/run/trace", "-e", "trace=sendto",
                 "-e", f"inject=sendto:signal=STOP:when={sends}")
    host.shell("until grep -q 'stopped by SIGSTOP' /run/trace; do sleep 0.02; done", timeout=SOON)
    for disk in lost:
        lun.set_path(host, disk, "offline")
    host.shell("kill -CONT $(pidof multipath-hook)")
    said = held()
    assert re.search(r'stopped by SIGSTOP.*\n(---.*\n)*sendto\(.*"reconfigure', host.read("/run/trace").decode())
    owed(host, operation, said)
    for disk in lost:
        lun.set_path(host, disk, "running")
    settle(host, operation, said)


# ---- the daemon ------------------------------------------------------------------------------
@pytest.mark.parametrize("operation", turn(OPERATIONS))
def test_the_daemon_is_stopped_and_continued(host, operation):
    if operation != "install":
        done(host, "install")
    pid = host.shell("pidof multipathd").strip()
    host.shell("kill -STOP $1", pid)
    start = uptime(host)
    said = do(host, operation)
    assert uptime(host) - start < BOUND
    assert said.returncode == NOT_TAKEN and "in time" in said.stderr, (said.returncode, said.stderr)
    assert drop_in(host) is None or operation == "upgrade", "the file is not the one before"
    assert set(lun.paths(host)) == BOTH
    host.shell("kill -CONT $1", pid)
    settle(host, operation, said)
    assert host.shell("pidof multipathd").strip() == pid, "the daemon did not live on"


@pytest.mark.parametrize("operation", turn(OPERATIONS))
def test_no_daemon(host, operation):
    """A daemon that is started later takes what is there then."""
    if operation != "install":
        done(host, "install")
    host.shell("multipathd shutdown; while pidof multipathd; do sleep 0.1; done")
    done(host, operation)
    assert expect.status(host)["daemon"] == "none"
    host.shell("multipathd")
    wait_until(host, lun.policy, policy_after(operation))
    wait_until(host, healthy, True)
    says_what_is(host, operation)


@pytest.mark.parametrize("operation", turn(OPERATIONS))
def test_in_another_network_namespace(host, operation):
    """As rpm 4.20 and later run scriptlets: an abstract socket is out of reach, and that is all daemons before 0.12 have."""
    if operation != "install":
        done(host, "install")
    said = do(host, operation, "unshare", "--net")
    settle(host, operation, said)
