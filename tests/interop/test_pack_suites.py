# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs built on other Debian suites, put on a host by this suite's rpm, dnf and dnf5; and what rpm 6 makes of a
scriptlet that fails.

SUPPACK_IMAGES   a folder with an image of each suite, SUITE/*.iso (ci/anywhere; without it: one built here)
"""
import os
import shutil
from pathlib import Path

import pytest

import expect
from layouts import ETC, LABEL, UNMERGEABLE
from packs import Pack
from snapshot import difference
from support import must
from xapi import ApplyFailed, PoolUpdate, resync_host

ELSEWHERE = {path.parent.name: path for path in sorted(Path(os.environ.get("SUPPACK_IMAGES") or "/nonexistent").glob("*/*.iso"))}
MANAGERS = ("dnf", "dnf5")


@pytest.fixture(params=MANAGERS)
def manager(request):
    if not shutil.which(request.param):
        pytest.skip(f"this suite has no {request.param}")
    return request.param


@pytest.fixture(params=ELSEWHERE or ["here"])
def image(request, packs, suppack, tmp_path):
    """(pack, the public key that its packages are signed with)"""
    if not ELSEWHERE:
        pack = packs()
    else:
        (tmp_path / "image").mkdir()
        pack = Pack(ELSEWHERE[request.param], tmp_path / "image")
        assert "errors 0" in must([suppack, "verify", pack.iso]).stdout
    return pack, next(pack.tree.glob("RPM-GPG-KEY-*"))


@pytest.fixture
def bare_host(host_of, image):
    """The host of rpm 4.19 and dnf5, and it knows the image's key."""
    host = host_of("xs-9")
    host.import_update_key(image[1])
    host.before, host.packages_before = host.snapshot(), host.packages()
    host.verified_before, host.mtimes_before = host.verify_all(), expect.mtimes(host)
    return host


def test_installed_and_removed(bare_host, image, manager):
    host = bare_host
    update = PoolUpdate(host, image[0].tree, manager=manager).introduce()
    assert list(update.apply()) == [update.uuid]
    expect.stanza_in_place(host, expect.shipped(host.layout))
    expect.rpm_verifies(host)
    expect.applied(host)
    signed = host.must("rpm", "-q", "--qf", "%{RSAHEADER:pgpsig}\\n", *expect.PACKAGES).stdout
    assert signed.count("RSA/SHA") == 3, signed
    host.must(f"/var/update/{update.uuid}/remove")
    assert resync_host(host) == {} and host.packages() == host.packages_before
    for path, text in expect.shipped(host.layout).items():
        assert host.read(path) == text, path


def test_plain_rpm(bare_host, image):
    host, packages = bare_host, [f"/mnt/{path.name}" for path in sorted(image[0].tree.glob("Packages/*.rpm"))]
    host.must("rpm", "-Uvh", *packages, attach=(image[0].tree / "Packages", "/mnt"))
    expect.applied(host)
    host.must("rpm", "-e", *expect.PACKAGES)
    expect.as_before(host)


def test_post_that_fails(host_of, pack_for, manager):
    """Up to rpm 5 nobody is told; rpm 6 makes xapi say that the update failed, although all of it is installed
    (clients-2.md 2). The way out is the same: mend the file, `install`."""
    host = host_of("xs-6.2")
    update = PoolUpdate(host, pack_for(host.layout).tree, manager=manager).introduce()
    update.precheck()  # the file is broken between it and the transaction: xapi asks no second time
    shipped = host.read(ETC)
    host.put(ETC, UNMERGEABLE)
    told = int(must(["rpm", "--version"]).stdout.split()[-1].split(".")[0]) >= 6
    try:
        update.apply_only()
        assert not told, "rpm 6 told nobody"
    except ApplyFailed as failure:
        assert told, failure
    assert {f"{name}-1.0.0" for name in expect.PACKAGES} <= host.packages()
    assert host.read(ETC) == UNMERGEABLE and list(resync_host(host)) == [update.uuid]
    assert expect.status(host)["state"] == "refused"
    host.put(ETC, shipped)
    host.must(expect.HOOK, "install")
    expect.applied(host)
    expect.stanza_in_place(host, {**expect.shipped(host.layout), ETC: shipped})
    before = host.snapshot()
    assert list(update.apply()) == [update.uuid], "a second apply by xapi"
    assert [line for line in difference(before, host.snapshot()) if " /var/cache/" not in line] == []
    host.must("rpm", "-e", *expect.PACKAGES)
    assert host.read(ETC) == shipped and not host.path(f"/var/lib/{LABEL}").exists()
