# SPDX-License-Identifier: GPL-2.0-or-later
"""What the pack itself refuses, said before anything is changed and in words xapi understands (packs.md B.7, K.1)."""
import pytest

import expect
from layouts import BY_NAME, CUSTOM, ETC, LABEL, UNMERGEABLE
from snapshot import difference
from xapi import InvalidUpdate, PoolUpdate, PrecheckFailed

ADMINS_OWN = b"""\
devices {
	device {
		vendor			"OSNEXUS"
		product			"QUANTASTOR"
		path_grouping_policy	failover
	}
}
"""


def test_host_that_is_too_old(host_of, packs):
    """The real pack's base requirement on a 7.0 (packs.md K.11)."""
    host = host_of("xs-7.0")
    before, packages = host.snapshot(), host.packages()
    with pytest.raises(PrecheckFailed, match="nothing provides platform-version >= 2.2.0") as refusal:
        PoolUpdate(host, packs().tree).introduce().apply()
    assert refusal.value.code == "UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION"
    assert difference(before, host.snapshot()) == [] and host.packages() == packages


def test_unsigned_pack_never_goes_through_xapi(host_of, packs):
    """packs.md B.6: introduce has no switch for it."""
    host = host_of("xs-8.2")
    before = host.snapshot()
    with pytest.raises(InvalidUpdate):
        PoolUpdate(host, packs(unsigned=True).tree).introduce()
    assert difference(before, host.snapshot()) == []


@pytest.fixture
def unmergeable(host_of):
    host = host_of("xs-6.2")
    host.put(ETC, UNMERGEABLE)
    return host


def test_file_that_cannot_be_merged_into(unmergeable, pack_for):
    """xapi gets its <error> grammar; the file is not touched and no update is listed."""
    with pytest.raises(PrecheckFailed) as refusal:
        PoolUpdate(unmergeable, pack_for(unmergeable.layout).tree).introduce().apply()
    assert refusal.value.xml is not None, "no <error errorcode=...>: xapi would show raw text"
    assert refusal.value.code and ETC in refusal.value.output
    assert unmergeable.read(ETC) == UNMERGEABLE
    assert f"update-{LABEL}-1.0.0" not in unmergeable.packages()


def test_unmergeable_file_survives_a_forced_install(unmergeable, pack_for):
    """Plain rpm asks no precheck: %post fails, the file is as it was, and status tells the truth (packs.md K.1)."""
    host, pack = unmergeable, pack_for(unmergeable.layout)
    before = host.snapshot()
    host.run("rpm", "-Uvh", f"/mnt/{pack.rpm(LABEL).name}", attach=(pack.tree / "Packages", "/mnt"))
    assert host.read(ETC) == UNMERGEABLE
    assert expect.status(host)["state"] == "refused"
    host.must("rpm", "-e", LABEL)
    assert difference(before, host.snapshot()) == []


def administrators_own(host_of):
    host = host_of("xcp-ng-8.3")
    host.put(CUSTOM, ADMINS_OWN)
    return host


def test_administrators_own_device_on_conflict_fail(host_of, packs):
    host = administrators_own(host_of)
    with pytest.raises(PrecheckFailed) as refusal:
        PoolUpdate(host, packs(on_conflict="fail").tree).introduce().apply()
    assert refusal.value.xml is not None and CUSTOM in refusal.value.output
    assert host.read(CUSTOM) == ADMINS_OWN
    assert not host.path(BY_NAME["xcp-ng-8.3"].target).exists()


def test_administrators_own_device_on_conflict_keep(host_of, packs):
    """keep: the pack installs, the administrator's file stays his, and status names the conflict."""
    host = administrators_own(host_of)
    before = host.snapshot()
    PoolUpdate(host, packs(on_conflict="keep").tree).introduce().apply()
    assert host.read(CUSTOM) == ADMINS_OWN
    assert expect.status(host)["state"] == "conflict"
    host.must("rpm", "-e", *expect.PACKAGES)
    assert difference(before, host.snapshot()) == []
