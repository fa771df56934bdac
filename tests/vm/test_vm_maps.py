# SPDX-License-Identifier: GPL-2.0-or-later
"""What the hook says of the kernel's maps, against dmsetup and multipath -ll on the same host."""
import re
from dataclasses import dataclass

import pytest

import lun

CONF = "/etc/multipath/conf.d/policy.conf"
PROGRAM = "/run/hook_maps"
# multipath -ll, 0.9.4
HEAD = re.compile(r"(\S+) dm-\d+ (\S+)\nsize=\S+ features='(.*?)' hwhandler='(.*?)' wp=rw\n((?:[|` ].*\n)+)")
GROUP = re.compile(r"policy='(.*?)' prio=-?\d+ status=(\w+)\n((?:[| ] [|`]-.*\n)*)")
PATH = re.compile(r"[|`]- \S+ (\w+) +(\d+:\d+) +(\w+) +\w+ +(\S+)")


@dataclass(frozen=True)
class Group:
    selector: str
    state: str
    paths: tuple  # (disk, numbers, state, the disk's own state)


@dataclass(frozen=True)
class Map:
    name: str
    features: str
    handler: str
    groups: tuple


class Said:
    """What hook_maps printed."""

    def __init__(self, text):
        lines = [line.split("\t") for line in text.splitlines()]
        self.known, self.why = lines[0][0] == "known", lines[0][1:]
        self.disks = {line[1]: line[2:] for line in lines if line[0] == "disk"}
        self.fields, self.maps, self.args, self.ready = {}, {}, {}, set()
        groups = paths = None
        for kind, *fields in lines:
            if kind == "map":
                groups, paths = [], []
                self.fields[fields[0]] = fields[1:]
                self.maps[fields[0]] = (groups, paths)
            elif kind == "group":
                groups.append(fields)
            elif kind == "path":
                paths.append(fields)

    def map(self, name):
        """Map, in the words of multipath -ll."""
        states = {"A": "active", "E": "enabled", "D": "disabled", "F": "failed", "?": "unknown"}
        wwid, ours, _policy, features, handler, _ready, _table = self.fields[name]
        assert (wwid, ours) == (name, "1")
        groups, paths = self.maps[name]
        made = []
        for number, (state, selector, count) in enumerate(groups):
            inside = tuple((disk, f"{major}:{minor}", states[path], self.disks[disk][4])
                           for major, minor, path, group, _args, disk, _ready in paths if group == str(number))
            assert len(inside) == int(count)
            made.append(Group(selector, states[state], inside))
        return Map(name, features, handler, tuple(made))


def shown(host):
    """{name: Map} of multipath -ll."""
    found = {}
    text = host.must("multipath", "-ll").stdout
    for name, array, features, handler, tree in HEAD.findall(text):
        assert array == "OSNEXUS,QUANTASTOR"
        groups = tuple(Group(selector, state, tuple(PATH.findall(paths))) for selector, state, paths in GROUP.findall(tree))
        found[name] = Map(name, features, handler, groups)
    assert len(found) == text.count(" dm-") and sum(len(g.paths) for m in found.values() for g in m.groups) == text.count(" sd")
    return found


@pytest.fixture(params=["x86_64", "i386"])
def host(request, saved, tmp_path, program):
    host = saved().wake(tmp_path)
    try:
        host.put(PROGRAM, program(f"bin/hook_maps.{request.param}").read_bytes(), 0o755)
        yield host
    finally:
        host.close()


def said(host, *words):
    return Said(host.must(PROGRAM, *words).stdout)


def agrees(host, *words):
    return host.must(PROGRAM, "agrees", *words).stdout


def lost(host, command):
    return host.must(PROGRAM, "lost", command).stdout


def wait_until(host, condition):
    """Until this shell command ends with 0, at most 300 times 0.2 s of the guest's clock."""
    host.shell('for _ in $(seq 300); do if sh -c "$1"; then exit 0; fi; sleep 0.2; done; exit 1', condition)


def configure(host, *settings):
    """These settings for the array, and the daemon has read them."""
    lines = "\n".join(settings)
    host.put(CONF, f'devices {{\ndevice {{\nvendor "OSNEXUS"\nproduct "QUANTASTOR"\n{lines}\n}}\n}}\n'.encode())
    host.shell("multipathd reconfigure; sleep 1")
    wait_until(host, 'multipathd show daemon | grep -q " idle$"')


def stop_daemon(host):
    host.shell("multipathd shutdown")
    wait_until(host, "! pidof multipathd >/dev/null")


def judge(host):
    """Holds what it says against both judges, at a moment when they say the same before and after. Said."""
    def ask():
        return (host.must("dmsetup", "table", "--target", "multipath").stdout,
                host.must("dmsetup", "status", "--target", "multipath").stdout, shown(host))

    for _ in range(20):
        table, status, trees = ask()
        ours = said(host)
        if ask() == (table, status, trees):
            break
    else:
        pytest.fail("the map does not come to rest")
    assert ours.known and list(ours.fields) == sorted(trees)
    assert {name: ours.map(name) for name in trees} == trees
    # Character by character, and the states of the paths.
    assert [f"{name}: 0 32768 multipath {fields[-1].rstrip()}" for name, fields in sorted(ours.fields.items())] == \
        [line.rstrip() for line in sorted(table.splitlines())]
    states = [(f"{p[0]}:{p[1]}", p[2]) for _, paths in ours.maps.values() for p in paths]
    assert states == re.findall(r" (\d+:\d+) ([AF]) ", status)
    return ours


def policy(ours):
    return ours.fields[lun.WWID][2]


def set_path(host, disk, state):
    host.shell('echo "$1" >"/sys/block/$2/device/state"', state, disk)


def test_policies_and_values(host):
    ours = judge(host)
    assert policy(ours) == "failover" and lun.policy(host) == lun.DEFAULT
    assert ours.disks["sda"][2:] == ["OSNEXUS ", "QUANTASTOR      ", "running", "1", "1"]
    assert agrees(host, "path_grouping_policy=failover", "path_selector=service-time 0") == "yes\n"
    assert agrees(host, "path_grouping_policy=multibus") == \
        f"the kernel's map '{lun.WWID}' has 2 paths in 2 groups, but path_grouping_policy multibus is wanted\n"

    configure(host, "path_grouping_policy multibus", 'path_selector "round-robin 0"', "rr_min_io_rq 100", "no_path_retry queue")
    ours = judge(host)
    assert policy(ours) == "multibus" and lun.policy(host) == lun.STANZA
    wanted = "path_grouping_policy=multibus", "path_selector=round-robin 0", "rr_min_io=100", "rr_min_io_rq=100"
    assert agrees(host, *wanted, "no_path_retry=queue", "daemon") == "yes\n"
    assert "2 paths in 1 group, but" in agrees(host, "path_grouping_policy=failover")
    assert "has round-robin 0, but" in agrees(host, "path_selector=service-time 0")
    assert "has queue_if_no_path, but no_path_retry fail" in agrees(host, "no_path_retry=fail")
    # Without the daemon nothing queues; it is no contradiction then.
    stop_daemon(host)
    ours = judge(host)
    assert ours.fields[lun.WWID][3] == "0"
    assert "no queue_if_no_path" in agrees(host, "no_path_retry=queue", "daemon")
    assert agrees(host, *wanted, "no_path_retry=queue") == "yes\n"

    host.shell("multipathd")
    configure(host, "path_grouping_policy failover", 'features "2 pg_init_retries 7"', "no_path_retry 30")
    wait_until(host, "dmsetup table --target multipath | grep -q pg_init_retries")
    ours = judge(host)
    assert policy(ours) == "failover" and ours.fields[lun.WWID][3:5] == ["3 queue_if_no_path pg_init_retries 7", "1 alua"]
    assert agrees(host, "path_grouping_policy=failover", "path_selector=service-time 0", "no_path_retry=30", "daemon",
                  "hardware_handler=1 alua") == "yes\n"


def test_a_path_goes_offline(host):
    configure(host, "path_grouping_policy multibus")
    host.shell('kill -STOP "$(pidof multipathd)"')
    set_path(host, "sdb", "offline")
    ours = said(host)  # the kernel has not noticed: sysfs has
    assert sorted((p[5], p[2], p[6]) for p in ours.maps[lun.WWID][1]) == [("sda", "A", "1"), ("sdb", "A", "0")]
    assert ours.fields[lun.WWID][5] == "1"
    host.shell('kill -CONT "$(pidof multipathd)"')
    wait_until(host, "dmsetup status --target multipath | grep -q '8:16 F'")
    ours = judge(host)
    assert ours.fields[lun.WWID][5] == "1" and ours.disks["sdb"][4] == "offline"
    set_path(host, "sda", "offline")
    wait_until(host, "dmsetup status --target multipath | grep -q '8:0 F'")
    ours = judge(host)
    assert ours.fields[lun.WWID][5] == "0"
    # Nothing is lost: the paths are in the map still.
    assert lost(host, "true") == ""


def test_what_is_lost(host):
    gone = f"the map '{lun.WWID}' ({lun.WWID}) is gone\n"
    lost_path = f"the map '{lun.WWID}' is without its path sdb (8:16)"
    assert lost(host, "multipathd del path sdb >/dev/null") == lost_path + "\n"
    ours = said(host)
    assert policy(ours) == "single" and ours.disks["sdb"][5:] == ["1", "0"]
    assert lost(host, "multipathd add path sdb >/dev/null") == ""
    wait_until(host, "dmsetup table --target multipath | grep 8:0 | grep -q 8:16")
    # A selector that this kernel has not: the daemon says ok, and an unused map is gone.
    configure(host)
    host.put(CONF, host.read(CONF).replace(b"\n}\n}", b'\npath_selector "historical-service-time 0"\n}\n}'))
    assert lost(host, "multipathd reconfigure >/dev/null; sleep 5") == gone
    configure(host)
    wait_until(host, "dmsetup table --target multipath | grep 8:0 | grep -q 8:16")
    assert lost(host, "echo 1 >/sys/block/sdb/device/delete; sleep 5") == lost_path + ", a disk that this host no longer has\n"
    stop_daemon(host)
    assert lost(host, f"multipath -f {lun.WWID}") == gone
    # No maps at all, which is known; and a LUN without one.
    ours = said(host)
    assert ours.known and not ours.fields and ours.disks["sda"][5:] == ["1", "0"]


def test_other_devices_are_passed_over(host):
    """More than fit into the first answer; some in the guise of a map."""
    host.shell("""
        long=$(printf %0110d 0)
        for i in $(seq 130); do
            dmsetup create "$long-$i" --notable
        done
        dmsetup create linear --uuid LVM-0000 --table "0 8 linear 8:0 0"
        dmsetup create partition --uuid "part1-mpath-$1" --table "0 8 linear 8:0 0"
        dmsetup create empty --uuid mpath-empty --notable
        dmsetup create error --uuid mpath-error --table "0 8 error"
        """, lun.WWID)
    ours = said(host)
    assert set(ours.fields) == {lun.WWID, "empty", "error"}
    for name in ("empty", "error"):
        assert ours.maps[name] == ([], []) and ours.fields[name] == [name, "0", "none", "", "", "0", "not parsed"]
    host.shell("dmsetup remove error; dmsetup remove empty")
    judge(host)


def test_it_only_looks(host):
    """Opens no map and no disk, writes nothing, and takes no device into use."""
    before = host.must("dmsetup", "info", "-c", "--noheadings", "-o", "name,open,events").stdout
    host.must("strace", "-f", "-o", "/run/trace", PROGRAM)
    trace = host.read("/run/trace").decode()
    opened = re.findall(r'open(?:at)?\([^"]*"(.*?)", (\S+?)[,)]', trace)
    assert any(name == "/dev/mapper/control" for name, _ in opened)
    for name, flags in opened:
        assert name == "/dev/mapper/control" or name.startswith(("/sys/block", "device/")) or name == "dev", name
        assert flags.startswith("O_RDONLY") and "O_CREAT" not in flags
    assert not re.search(r"\b(mknod|unlink|mkdir|rename|chmod|chown|mount|execve.*= 0\n.*execve)", trace)
    assert host.must("dmsetup", "info", "-c", "--noheadings", "-o", "name,open,events").stdout == before


def test_it_cannot_be_known(host):
    assert said(host, "-r", "/mnt").why[0] == "which maps the host of '/mnt' has cannot be known from this one"
    for command, cause in ((["setpriv", "--reuid=65534", "--clear-groups"], "Permission denied"),
                           (["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /dev/mapper && exec "$@"', "sh"], "No such file"),
                           (["unshare", "-m", "sh", "-c", 'mount --bind /dev/null /dev/mapper/control && exec "$@"', "sh"],
                            "Not a tty")):
        ours = Said(host.must(*command, PROGRAM).stdout)
        assert not ours.known and not ours.fields
        assert re.fullmatch(f"which maps there are cannot be known: /dev/mapper/control: {cause}.*", ours.why[0]), ours.why
        assert ours.disks["sda"][:2] == ["8", "0"]  # the disks are known all the same
