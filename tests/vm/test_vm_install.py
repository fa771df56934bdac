# SPDX-License-Identifier: GPL-2.0-or-later
"""What the product is for: the paths of a QuantaStor volume change policy because the pack was installed, and change
back because it was removed, while somebody reads and writes on them."""
import expect
import lun
from layouts import DROP_IN, LABEL
from xapi import PoolUpdate

# The effective values of the stanza shipped for parsers before 0.9.6, as the daemon prints them
# (spec/quantastor/multipath.conf).
EFFECTIVE = {"path_grouping_policy": "multibus", "path_selector": "round-robin 0", "path_checker": "tur",
             "failback": "immediate", "rr_weight": "uniform", "rr_min_io": "100", "rr_min_io_rq": "100"}


def test_installed_as_xapi_does_and_removed(host, packs, traffic, record_property):
    multipath_before = host.shell("find /etc/multipath* -type f -exec sha256sum {} + | sort")
    table_before = lun.table(host)
    packages_before = host.packages()
    assert lun.policy(host) == lun.DEFAULT and lun.device(host) == {}
    io = traffic(host)

    update = PoolUpdate(host, host.insert(packs().iso)).introduce()
    assert update.precheck() == "ok"
    assert lun.policy(host) == lun.DEFAULT, "the precheck changed something"
    assert set(update.apply_only()) == {update.uuid}
    assert lun.policy(host) == lun.STANZA
    assert {key: lun.device(host).get(key) for key in EFFECTIVE} == EFFECTIVE
    found = expect.status(host)
    assert (found["state"], found["daemon"], found["file"]) == ("applied", "agrees", DROP_IN)
    assert host.packages() - packages_before == {f"{name}-1.0.0" for name in expect.PACKAGES}
    assert host.must("multipath", "-t").stderr == "", "the host's own parser complains"

    host.must(f"/var/update/{update.uuid}/remove")
    assert lun.table(host) == table_before and lun.policy(host) == lun.DEFAULT and lun.device(host) == {}
    assert host.shell("find /etc/multipath* -type f -exec sha256sum {} + | sort") == multipath_before
    assert host.packages() == packages_before
    assert not host.path(f"/opt/{LABEL}").exists() and not host.path(f"/var/lib/{LABEL}").exists()
    record_property("io", str(io.stop()))
