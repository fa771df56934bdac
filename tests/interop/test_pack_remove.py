# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way out (packs.md B.8, K.3, K.4): afterwards the host is, path by path, what it was before."""
import pytest

import expect
from dom0 import HOST_UUID
from layouts import BY_NAME, KINDS, LABEL
from xapi import resync_host

# Stands for the real xe, which needs a running xapi: it writes down what it is asked.
XE_STUB = """#!/bin/sh
echo "$*" >>/root/xe-stub.log
case $1 in
update-destroy) exit {destroy} ;;
esac
"""


def by_rpm(host):
    return host.must("rpm", "-e", *expect.PACKAGES)


def by_dnf(host):
    """dnf takes update-<label> along by itself; control-<label> has to be named (packs.md K.4)."""
    done = host.update.dnf("remove", "-y", LABEL, f"control-{LABEL}")
    assert done.returncode == 0, done.stdout
    return done


def by_remove_script(host):
    return host.must(f"/var/update/{host.update.uuid}/remove")


WAYS = (by_rpm, by_dnf, by_remove_script)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_host_is_as_before(installed_copy, way):
    way(installed_copy)
    expect.as_before(installed_copy)
    assert resync_host(installed_copy) == {}


# ---- what depends on no layout ---------------------------------------------------------------------
one_host = pytest.mark.parametrize("layout", [BY_NAME["xcp-ng-8.3"]], ids=str)


@one_host
def test_remove_script_tells_xapi(installed_copy):
    """With an xe (a stub): this host is resynced, then the record goes (packs.md B.8)."""
    host = installed_copy
    host.put("/opt/xensource/bin/xe", XE_STUB.format(destroy=0), 0o755)
    uuid = host.update.uuid
    by_remove_script(host)
    asked = host.read("/root/xe-stub.log").decode().splitlines()
    assert asked == [f"update-resync-host host-uuid={HOST_UUID}", f"update-destroy uuid={uuid}"]


@one_host
def test_remove_script_when_other_hosts_still_have_it(installed_copy):
    """update-destroy refuses while another host of the pool lists the update; this host is clean all the same."""
    host = installed_copy
    host.put("/opt/xensource/bin/xe", XE_STUB.format(destroy=1), 0o755)
    host.run(f"/var/update/{host.update.uuid}/remove")
    host.path("/opt/xensource/bin/xe").unlink()
    host.path("/root/xe-stub.log").unlink()
    expect.as_before(host)


@one_host
def test_stale_stamp_goes_with_the_remove_script(installed_copy):
    """A stamp some other tool left behind would keep xapi believing in the pack (packs.md B.8)."""
    host = installed_copy
    stamp = f"/var/update/applied/{host.update.uuid}"
    script = host.read(f"/var/update/{host.update.uuid}/remove")
    text = host.read(stamp)
    by_rpm(host)
    host.put(stamp, text)
    host.put("/root/remove", script, 0o755)
    host.run("/root/remove")
    assert resync_host(host) == {}


@pytest.mark.parametrize("layout", KINDS, ids=str)
def test_payload_alone_leaves_no_stanza(installed_copy):
    """rpm refuses to take the payload from under update-<label>; forced, the stanza goes with it."""
    host = installed_copy
    refused = host.run("rpm", "-e", LABEL)
    assert refused.returncode != 0 and f"update-{LABEL}" in refused.stderr
    expect.stanza_in_place(host, expect.shipped(host.layout))
    host.must("rpm", "-e", "--nodeps", LABEL)
    expect.not_there(host)
