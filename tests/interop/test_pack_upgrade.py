# SPDX-License-Identifier: GPL-2.0-or-later
"""1.0.0 -> 1.0.1 with a changed stanza: one block, the new one; removal still gives the original bytes."""
import pytest

import expect
from layouts import BY_NAME, KINDS, LABEL
from snapshot import difference
from xapi import PoolUpdate, resync_host


@pytest.fixture(scope="session")
def newer_pack(pack_for):
    """newer_pack(host, ...): 1.0.1 with rr_min_io 200, introduced on the host."""
    def make(host, **how):
        older = host.update.uuid
        update = PoolUpdate(host, pack_for(host.layout, version="1.0.1", rr_min_io="200").tree, **how).introduce()
        assert update.uuid != older, "xapi would answer UPDATE_ALREADY_APPLIED (packs.md B.2)"
        return update
    return make


@pytest.fixture(scope="session")
def upgraded_once(installed_once, newer_pack, tmp_path_factory):
    """upgraded_once(layout): with that release's command, and a package manager that prefers the newer package,
    as yum and dnf 5 do. To be looked at, not changed."""
    made = {}

    def make(layout):
        if layout.name not in made:
            host = installed_once(layout).copy(tmp_path_factory.mktemp(f"{layout.name}-upgraded") / "root")
            host.update = newer_pack(host, best=True, verb=layout.verb)
            host.updates = host.update.apply()
            made[layout.name] = host
        return made[layout.name]
    return make


@pytest.fixture
def upgraded(layout, upgraded_once):
    return upgraded_once(layout)


def test_exactly_one_block_the_new_one(upgraded):
    expect.stanza_in_place(upgraded, expect.shipped(upgraded.layout), rr_min_io="200")
    expect.applied(upgraded)
    expect.rpm_verifies(upgraded)


def test_xapi_lists_the_new_version_alone(upgraded):
    assert list(upgraded.updates) == [upgraded.update.uuid]
    assert upgraded.updates[upgraded.update.uuid]["version"] == "1.0.1"
    assert {f"{name}-1.0.1" for name in expect.PACKAGES} == upgraded.packages() - upgraded.packages_before


@pytest.mark.parametrize("way", ("rpm", "script"))
def test_removal_gives_the_original_bytes(upgraded, tmp_path, way):
    upgraded = upgraded.copy(tmp_path / "root")
    if way == "rpm":
        upgraded.must("rpm", "-e", *expect.PACKAGES)
    else:
        upgraded.must(f"/var/update/{upgraded.update.uuid}/remove")
    expect.as_before(upgraded)
    assert resync_host(upgraded) == {}


@pytest.mark.parametrize("layout", [BY_NAME["xs-8"], BY_NAME["xs-6.5"]], ids=str)
def test_dnf_4_that_keeps_what_it_has(installed_copy, newer_pack):
    """K.6: dnf 4's own default calls it success and changes nothing. Then nothing may be half-way either,
    and the pack's remove script followed by the new pack is a way that works."""
    host = installed_copy
    old, before = host.update, host.snapshot()
    new = newer_pack(host)
    assert list(new.apply()) == [old.uuid]
    assert difference(before, host.snapshot()) == []
    host.must(f"/var/update/{old.uuid}/remove")
    assert list(new.apply()) == [new.uuid]
    expect.stanza_in_place(host, expect.shipped(host.layout), rr_min_io="200")
    host.must(f"/var/update/{new.uuid}/remove")
    expect.as_before(host)


@pytest.mark.parametrize("layout", KINDS, ids=str)
def test_plain_rpm_upgrade_and_downgrade(host, pack_for):
    """rpm -U runs the old %preun with $1 = 1 after the new %post: it must not take the block away."""
    old, new = pack_for(host.layout), pack_for(host.layout, version="1.0.1", rr_min_io="200")
    before = host.snapshot()
    for pack, rr_min_io, extra in ((old, "100", ()), (new, "200", ()), (old, "100", ("--oldpackage",))):
        host.must("rpm", "-Uvh", *extra, f"/mnt/{pack.rpm(LABEL).name}", attach=(pack.tree / "Packages", "/mnt"))
        expect.stanza_in_place(host, expect.shipped(host.layout), rr_min_io)
    host.must("rpm", "-e", LABEL)
    assert difference(before, host.snapshot()) == []
