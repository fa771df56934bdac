# SPDX-License-Identifier: GPL-2.0-or-later
"""The pack on every layout, put there by xapi's own sequence with dnf (packs.md B.7)."""
import pytest

import expect
from layouts import KINDS, LABEL
from snapshot import difference
from xapi import PoolUpdate, resync_host


def test_precheck_says_nothing(installed):
    """Printed words would be classified by xapi; 'ok' here stands for no output, exit 0."""
    assert installed.prechecked == "ok"


def test_stanza_is_in_the_file_of_the_layout_once(installed):
    expect.stanza_in_place(installed, expect.shipped(installed.layout))


def test_xapi_lists_the_update(installed):
    """The stamp parses with xapi's own rules, and its name is the inner uuid (packs.md B.3)."""
    update = installed.update
    assert list(installed.updates) == [update.uuid]
    stamp = installed.updates[update.uuid]
    assert stamp["name-label"] == LABEL and stamp["version"] == "1.0.0" and stamp["name-description"]
    assert "key" not in stamp


def test_rpm_verifies_all_three_packages(installed):
    expect.rpm_verifies(installed)
    assert {f"{name}-1.0.0" for name in expect.PACKAGES} == installed.packages() - installed.packages_before


def test_hook_says_applied(installed):
    expect.applied(installed)


def test_nothing_but_the_packages_and_the_file_changed(installed):
    """The multipath file (or the drop-in and the directory it needs), our packages, our state: no more."""
    allowed = (f"/etc/xapi.d/plugins/{LABEL}", f"/opt/{LABEL}", f"/etc/xensource/bugtool/{LABEL}",
               f"/usr/share/doc/{LABEL}", f"/var/lib/{LABEL}", "/var/update/", installed.layout.target, "/etc/multipath/conf.d")
    strange = [line for line in difference(installed.before, installed.snapshot())
               if not line.split()[1].startswith(allowed)]
    assert strange == []


@pytest.mark.parametrize("layout", KINDS, ids=str)
def test_apply_again_changes_nothing(installed_copy):
    before = installed_copy.snapshot()
    assert list(installed_copy.update.apply()) == [installed_copy.update.uuid]
    assert difference(before, installed_copy.snapshot()) == []


@pytest.mark.parametrize("layout", KINDS, ids=str)
def test_check_on_a_fresh_host_changes_nothing(host, pack_for):
    """Precheck alone: the control package comes, and that is all (packs.md B.7)."""
    update = PoolUpdate(host, pack_for(host.layout).tree).introduce()
    before = host.snapshot()
    assert update.precheck() == "ok"
    changed = [line for line in difference(before, host.snapshot())
               if not line.startswith((f"+ /var/update/{update.uuid}", f"+ /etc/xapi.d/plugins/{LABEL}"))]
    assert changed == []
    assert resync_host(host) == {}
