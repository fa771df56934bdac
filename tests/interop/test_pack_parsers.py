# SPDX-License-Identifier: GPL-2.0-or-later
"""A real parser (Debian's multipath -t, 0.9.4) reads what the pack left on the host.

It stands for the daemons with a conf.d. The older eras' parsers are not to be had on Debian.
"""
import re

import pytest

from layouts import LAYOUTS

WITH_CONF_D = [layout for layout in LAYOUTS if layout.drop_in]


def read_by_multipath(host):
    """(diagnostics, the devices section of the effective configuration)."""
    done = host.run("multipath", "-t")
    assert done.returncode == 0, done.stderr
    return done.stderr, done.stdout


@pytest.fixture(params=WITH_CONF_D, ids=str)
def both(request, fresh_host, installed_once, tmp_path):
    """A host before and after, as private copies."""
    layout = request.param
    return fresh_host(layout, tmp_path / "before"), installed_once(layout).copy(tmp_path / "after")


def test_device_is_read_and_nothing_new_is_complained_about(both):
    """One new diagnostic and SM takes wrong decisions (multipath.md 0.2)."""
    before, after = both
    said_before, _ = read_by_multipath(before)
    said_after, settings = read_by_multipath(after)
    device = re.findall(r'device \{\s+vendor "OSNEXUS"\s+product "QUANTASTOR"\s+(.*?)\n\t\}', settings, re.S)
    assert len(device) == 1, settings
    for line in ('path_grouping_policy "multibus"', 'path_selector "round-robin 0"', 'path_checker "tur"',
                 'failback "immediate"', 'rr_weight "uniform"', "rr_min_io 100", "rr_min_io_rq 100"):
        assert line in device[0], device[0]
    if after.layout.dialect == "0.9.6":
        # known from 0.9.6 on (multipath.md 0.3); this parser is older, hence exactly this one complaint
        said_after = re.sub(r".*invalid keyword.*detect_pgpolicy\n?", "", said_after)
    assert said_after == said_before
