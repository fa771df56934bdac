# SPDX-License-Identifier: GPL-2.0-or-later
"""Installing and removing while something is wrong with the host, under I/O that must not notice."""
import re
import time

import pytest

import expect
import lun
from hosts import keep
from layouts import DROP_IN, LABEL
from layouts import XENSERVER as MAIN
from stages import HOOK, INSTALL, OLD, OTHERS, REMOVE, drop_in, put_packages, stock

SHARE = f"/opt/{LABEL}/share/{LABEL}"
# Longest the hook may take with a daemon that does not answer: three questions of 10 s, here with a slow processor.
BOUND = 60


@pytest.fixture(scope="session")
def unpacked_once(saved, packs, tmp_path_factory):
    """The pack's files are there, its scriptlets have not run."""
    work = tmp_path_factory.mktemp("unpacked")
    host = saved().wake(work)
    stock(host, packs)
    host.shell(INSTALL.format(OLD) + " --noscripts")
    assert lun.policy(host) == lun.DEFAULT and drop_in(host) is None
    return keep(host, work / "saved")


@pytest.fixture
def host(unpacked_once, tmp_path, traffic, record_property):
    """Such a host under I/O, none of which may fail. What is beside the stanza stays as it was."""
    host = unpacked_once.wake(tmp_path)
    try:
        before = host.shell(OTHERS)
        io = traffic(host)
        yield host
        record_property("io", str(io.stop()))
        assert host.shell(OTHERS) == before
    finally:
        host.close()


def test_the_io_checker_sees(unpacked_once, tmp_path, traffic):
    """The control: somebody else writes on the map, and both paths fail with nothing left to wait for them."""
    host = unpacked_once.wake(tmp_path)
    try:
        io = traffic(host)
        host.shell('dd if=/dev/zero of="$1" bs=4096 count=8 oflag=direct', lun.MAP)
        with pytest.raises(AssertionError, match=r" 0 failed, [1-9]\d* corrupt,"):
            io.stop()
        io = traffic(host)
        host.shell("multipathd disablequeueing maps; for disk in sda sdb; do echo offline >/sys/block/$disk/device/state; done")
        with pytest.raises(AssertionError, match=r" [1-9]\d* failed, "):
            io.stop()
    finally:
        host.close()


def hook(host, word):
    return host.run(HOOK, word)


def done(host, word):
    said = hook(host, word)
    assert said.returncode == 0, said.stderr
    return said


def wait_until(host, what, wanted, seconds=60):
    """what() becomes wanted, by the guest's clock, which is slow where the machine is busy."""
    until = uptime(host) + seconds
    while (found := what(host)) != wanted:
        assert uptime(host) < until, f"{found}, not {wanted}"
        time.sleep(0.2)


def uptime(host):
    return float(host.shell("cat /proc/uptime").split()[0])


def daemon_pid(host):
    return host.shell("pidof multipathd").strip()


def idle(host):
    """Whether the daemon has done all it was asked."""
    return host.run("multipathd", "show", "daemon").stdout.endswith(" idle\n")


@pytest.mark.parametrize("disk", ["sda", "sdb"])
def test_a_path_has_failed(host, disk):
    def states(host):
        return set(re.findall(r" (8:\d+) ([AF]) ", host.shell("dmsetup status")))

    def set_path(state):
        host.shell('echo "$1" >"/sys/block/$2/device/state"', state, disk)

    healthy = {("8:0", "A"), ("8:16", "A")}
    number = {"sda": "8:0", "sdb": "8:16"}[disk]
    failed = {(path, "F" if path == number else "A") for path, _ in healthy}
    wait_until(host, states, healthy)
    set_path("offline")
    wait_until(host, states, failed)
    # This release's own daemon would lose the path (parsers-2.md P10.1), so it is not told.
    said = done(host, "install")
    assert "multipathd is not told yet" in said.stderr and f" {disk} " in said.stderr
    assert expect.status(host)["state"] == "pending"
    assert lun.policy(host) == lun.DEFAULT and states(host) == failed
    set_path("running")
    wait_until(host, states, healthy)
    assert "multipathd has it" in done(host, "install").stderr
    assert lun.policy(host) == lun.STANZA and expect.status(host)["daemon"] == "agrees"
    set_path("offline")
    wait_until(host, states, failed)
    said = hook(host, "remove")
    assert said.returncode == 5 and "run 'multipathd reconfigure'" in said.stderr, said.stderr
    assert drop_in(host) is None and lun.policy(host) == lun.STANZA and states(host) == failed
    set_path("running")
    wait_until(host, states, healthy)
    done(host, "remove")
    assert lun.policy(host) == lun.DEFAULT and states(host) == healthy
    assert host.run("test", "-e", f"/var/lib/{LABEL}").returncode == 1


def test_the_daemon_is_stopped(host):
    def stop():
        host.shell("multipathd shutdown; while pidof multipathd; do sleep 0.1; done")

    stop()
    done(host, "install")
    found = expect.status(host)
    assert (found["state"], found["daemon"]) == ("applied", "none")
    assert lun.policy(host) == lun.DEFAULT
    host.shell("multipathd")
    wait_until(host, lun.policy, lun.STANZA)
    stop()
    done(host, "remove")
    assert drop_in(host) is None and lun.policy(host) == lun.STANZA
    host.shell("multipathd")
    wait_until(host, lun.policy, lun.DEFAULT)


def test_the_daemon_hangs(host):
    pid = daemon_pid(host)
    host.shell("kill -STOP $1", pid)
    start = uptime(host)
    said = hook(host, "install")
    assert said.returncode == 5 and "gave no answer in time" in said.stderr, (said.returncode, said.stderr)
    assert uptime(host) - start < BOUND
    assert drop_in(host) is None
    host.shell("kill -CONT $1", pid)
    # It reads by and by what it was asked meanwhile; whoever asked has gone, and the file is the old one.
    wait_until(host, idle, True)
    assert daemon_pid(host) == pid and lun.device(host) == {} and lun.policy(host) == lun.DEFAULT
    done(host, "install")
    assert lun.policy(host) == lun.STANZA

    host.shell("kill -STOP $1", pid)
    start = uptime(host)
    said = hook(host, "remove")
    assert said.returncode == 5, said.stderr
    assert uptime(host) - start < BOUND
    assert drop_in(host) is None, "the stanza is out of the file all the same"
    host.shell("kill -CONT $1", pid)
    wait_until(host, idle, True)
    assert lun.policy(host) == lun.STANZA, "it was told: the test shows nothing"
    done(host, "remove")  # it is on record that the daemon is still to be told
    assert lun.policy(host) == lun.DEFAULT


def test_a_file_the_daemon_refuses(host):
    """An administrator's regular expression that does not compile: the daemon could take no configuration at all."""
    before = host.read(MAIN)
    host.put(MAIN, before.replace(b'devnode "^nvme.*"', b'devnode "^nvme.*("'))
    assert host.run("multipath", "-t").returncode != 0, "the real parser takes it: the test shows nothing"
    said = hook(host, "install")
    assert said.returncode == 1, (said.returncode, said.stderr)
    assert f"'{MAIN}', line 12: " in said.stderr
    assert drop_in(host) is None and lun.policy(host) == lun.DEFAULT
    host.put(MAIN, before)
    done(host, "install")
    assert lun.policy(host) == lun.STANZA
    done(host, "remove")
    assert lun.policy(host) == lun.DEFAULT


def test_a_stanza_the_hosts_parser_complains_of(host):
    """suppack refuses to build one; here the pack's data on the host are changed. multipath -t is asked before the
    daemon is."""
    text = f"{SHARE}/multipath-0.4.9-31.conf"  # of the parsers up to 0.9.5
    stanza = host.read(text)
    host.put(text, stanza.replace(b"rr_weight", b"rr_wieght"))
    said = hook(host, "install")
    assert said.returncode == 1 and "rr_wieght" in said.stderr, (said.returncode, said.stderr)
    assert drop_in(host) is None and lun.policy(host) == lun.DEFAULT
    host.put(text, stanza)
    done(host, "install")
    assert lun.policy(host) == lun.STANZA


def test_between_two_other_vendors_packs(host, packs):
    """One installed before, one after; each goes by itself and leaves the others' settings."""
    def other(name):
        label = f"{name.lower()}-multipath"
        put_packages(host, name, packs(product=name, originator=name.lower(), vendor=name, label=label))
        host.shell(f"rpm -U /run/rpms/{name}/*.rpm")
        return label

    def products():
        shown = host.shell("multipathd show config")
        return set(re.findall(r'product "(ACMESTOR|BETASTOR|QUANTASTOR)"', shown))

    def gone(label):
        host.shell(f"rpm -e {label} update-{label} control-{label}")

    first = other("ACMESTOR")
    assert products() == {"ACMESTOR"} and lun.policy(host) == lun.DEFAULT
    done(host, "install")
    assert products() == {"ACMESTOR", "QUANTASTOR"} and lun.policy(host) == lun.STANZA
    second = other("BETASTOR")
    assert products() == {"ACMESTOR", "BETASTOR", "QUANTASTOR"} and lun.policy(host) == lun.STANZA
    gone(first)
    assert products() == {"BETASTOR", "QUANTASTOR"} and lun.policy(host) == lun.STANZA
    host.shell(REMOVE)
    assert products() == {"BETASTOR"} and lun.policy(host) == lun.DEFAULT
    gone(second)
    assert products() == set() and host.must("ls", "/etc/multipath/conf.d").stdout == "custom.conf\n"
    assert DROP_IN.startswith("/etc/multipath/conf.d/")
