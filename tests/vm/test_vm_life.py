# SPDX-License-Identifier: GPL-2.0-or-later
"""What a host goes through with the pack on it: a reboot, updates of its own packages, and life in a pool."""
import pytest

import expect
import lun
from dom0 import HOST_UUID, owner_rpm
from hosts import keep
from layouts import CUSTOM, DROP_IN, LABEL
from layouts import XENSERVER as MAIN
from stages import INSTALL, NEW, NEW_RR_MIN_IO, OLD, drop_in, stock
from support import EVERY
from vm_host import LAYOUT, VmHost
from xapi import PoolUpdate

POOL = 4 if EVERY == 1 else 2


@pytest.fixture(scope="session")
def installed_once(saved, packs, tmp_path_factory):
    work = tmp_path_factory.mktemp("installed")
    host = saved().wake(work)
    stock(host, packs)
    host.shell(INSTALL.format(OLD))
    assert lun.policy(host) == lun.STANZA
    return keep(host, work / "saved")


@pytest.fixture
def host(installed_once, tmp_path):
    """A host with the pack applied, private."""
    host = installed_once.wake(tmp_path)
    yield host
    host.close()


def in_use(host):
    found = expect.status(host)
    assert (found["state"], found["daemon"]) == ("applied", "agrees"), found
    assert lun.policy(host) == lun.STANZA
    return found


def test_rebooted(host, system):
    """multipathd comes up with the stanza; removed then, the next boot is as if it had never been there."""
    in_use(host)
    host.shell("sync")
    host.close()
    again = VmHost.boot(system, host.disk)
    try:
        in_use(again)
        again.shell("/var/update/*/remove && sync")
        assert lun.policy(again) == lun.DEFAULT
    finally:
        again.close()
    last = VmHost.boot(system, host.disk)
    try:
        assert lun.policy(last) == lun.DEFAULT and lun.device(last) == {} and drop_in(last) is None
    finally:
        last.close()


def test_upgraded_under_io(host, traffic, record_property):
    io = traffic(host)
    host.shell(INSTALL.format(NEW))
    assert in_use(host)["version"] == NEW and lun.device(host)["rr_min_io"] == NEW_RR_MIN_IO
    record_property("io", str(io.stop()))


def later(text):
    return text.replace(b"no_path_retry           10", b"no_path_retry           12") + b"\n# of a later version\n"


def test_the_storage_manager_is_updated(host, tmp_path, traffic, record_property):
    """It brings another main file, which takes the place of an edited one, and another custom.conf, which does not;
    and our file had been lost: the trigger puts it back and has the daemon take all of it."""
    for file in (MAIN, CUSTOM):
        host.put(file, host.read(file) + b"\n# edited\n")
    rpm = owner_rpm(tmp_path, "sm", LAYOUT.sm, version="1.1", change=later)
    host.put("/run/sm.rpm", rpm.read_bytes())
    content = drop_in(host)
    host.shell('rm "$1" && multipathd reconfigure && while multipathd show daemon | grep -q configur; do sleep 0.2; done',
               DROP_IN)
    assert lun.policy(host) == lun.DEFAULT and expect.status(host)["state"] == "missing"
    io = traffic(host)
    host.must("rpm", "-U", "/run/sm.rpm")
    assert drop_in(host) == content
    in_use(host)
    assert host.path(f"{CUSTOM}.rpmnew").exists() and b"# edited" in host.read(CUSTOM)
    assert host.path(f"{MAIN}.rpmsave").exists() and b"# edited" not in host.read(MAIN)
    assert "no_path_retry 12" in host.shell("multipathd show config"), "the daemon has not the updated file"
    record_property("io", str(io.stop()))


def test_pool(hosts, packs, record_property):
    """One image, each host by its own update-apply, the master first. xapi is a stand-in: the upload is the image's
    disk, plugged into each host, as a VDI on shared storage would be."""
    pool = [hosts() for _ in range(POOL)]
    iso = packs().iso
    updates = []
    for number, host in enumerate(pool):
        own = f"{number:08x}{HOST_UUID[8:]}"
        inventory = "/etc/xensource-inventory"
        host.put(inventory, host.read(inventory).replace(HOST_UUID.encode(), own.encode()))
        updates.append(PoolUpdate(host, host.insert(iso)).introduce())
    assert [lun.policy(host) for host in pool] == [lun.DEFAULT] * POOL
    for number, update in enumerate(updates):
        assert set(update.apply()) == {update.uuid}
        assert [lun.policy(host) for host in pool] == [lun.STANZA] * (number + 1) + [lun.DEFAULT] * (POOL - number - 1)
    told = [digests(host) for host in pool]
    assert all(told[0].values()) and told == [told[0]] * POOL
    record_property("hosts", POOL)


def digests(host):
    """What must be the same on every host of a pool."""
    return {"packages": host.shell("rpm -q --qf '%{NAME} %{VERSION} %{SIGMD5} %{SHA256HEADER}\\n' " + " ".join(expect.PACKAGES)),
            "files": host.shell("find /opt/$1 /var/update /etc/multipath/conf.d -type f -exec sha256sum {} + | sort", LABEL),
            "table": lun.table(host), "device": lun.device(host)}


SETTINGS = 'defaults {\n\tpolling_interval 7\n}\nblacklist {\n\tdevnode "^drbd"\n}\n'
ADD_SETTINGS = 'for file in /opt/"$1"/share/"$1"/multipath-*.conf; do printf %s "$2" >>"$file"; done; exec /opt/"$1"/bin/multipath-hook install'


def polling(host):
    return host.shell("multipathd show config | sed -n 's/^\tpolling_interval //p'").strip()


def test_settings_beside_the_devices_live_and_go(host):
    """The running daemon has them, keeps an administrator's own value in their place, and is as before when they go."""
    before = polling(host)
    said = host.shell(f"{{ {ADD_SETTINGS.replace('exec ', '')}; }} 2>&1", LABEL, SETTINGS)
    assert "multipathd has it" in said and before != "7"
    found = in_use(host)
    assert polling(host) == "7" and '"^drbd"' in host.shell("multipathd show blacklist; multipathd show config")
    assert [setting["in_force"] for setting in found["settings"]] == [True, True]
    custom = host.read(CUSTOM)
    host.put(CUSTOM, custom + b"\ndefaults {\n\tpolling_interval 3\n}\n")
    host.shell('/opt/"$1"/bin/multipath-hook install', LABEL)
    found = expect.status(host)
    assert polling(host) == "3" and (found["state"], found["daemon"]) == ("overridden", "agrees")
    host.put(CUSTOM, custom)
    host.shell("/var/update/*/remove")
    assert polling(host) == before and drop_in(host) is None and "drbd" not in host.shell("multipathd show config")
