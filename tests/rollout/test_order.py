# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of a roll-out, and who has to wait: filter `waves` alone, on any number of pools."""
import importlib.util

import pytest

from support import SOURCE

spec = importlib.util.spec_from_file_location("fleet_filter", SOURCE / "rollout/plugins/filter/fleet.py")
fleet_filter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fleet_filter)


def table(sites=2, pools=2, hosts=3, **changes):
    """Rows of a fleet that all need the pack; changes: host -> keys of its row."""
    rows = []
    for site in range(sites):
        for pool in range(pools):
            for host in range(hosts):
                name = f"s{site}p{pool}h{host}"
                row = {"host": name, "site": f"s{site}", "pool": f"s{site}p{pool}", "state": "absent", "ok": False,
                       "role": "master" if host == hosts - 1 else "slave", "error": "absent"}
                rows.append(row | changes.get(name, {}))
    return rows


def batches(rows, **kwargs):
    return [(batch["name"], batch["hosts"]) for batch in fleet_filter.waves(rows, **kwargs)["batches"]]


def test_canary_pool_site_rest():
    assert batches(table(pools=3, hosts=2)) == [
        ("canary", ["s0p0h1"]), ("pool s0p0", ["s0p0h0"]),
        ("site s0", ["s0p1h1", "s0p2h1"]), ("site s0", ["s0p1h0", "s0p2h0"]),
        ("the rest", ["s1p0h1", "s1p1h1", "s1p2h1"]), ("the rest", ["s1p0h0", "s1p1h0", "s1p2h0"])]


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 7, 4), (2, 30, 16), (5, 40, 10)])
@pytest.mark.parametrize("most", [1, 10, 1000])
def test_laws(shape, most):
    rows = table(*shape)
    pool = {row["host"]: row["pool"] for row in rows}
    masters = {row["host"] for row in rows if row["role"] == "master"}
    made = [hosts for _, hosts in batches(rows, most=most)]
    flat = [host for hosts in made for host in hosts]
    assert sorted(flat) == sorted(pool), "each host once"
    assert all(len(hosts) <= most and len({pool[host] for host in hosts}) == len(hosts) for hosts in made)
    first = {}
    for host in flat:
        first.setdefault(pool[host], host)
    assert set(first.values()) == masters
    assert len(made[0]) == 1 and all(len(hosts) == 1 for hosts in made[:shape[2]])


def test_who_has_it_already_is_left_out():
    rows = table(s0p0h2={"ok": True, "state": "applied"}, s1p1h0={"ok": True, "state": "applied"})
    flat = [host for _, hosts in batches(rows) for host in hosts]
    assert flat[0] == "s0p0h0" and "s0p0h2" not in flat and "s1p1h0" not in flat and len(flat) == 10


def test_removal_takes_those_that_have_something():
    rows = table(s0p0h2={"ok": True, "state": "applied"}, s1p1h0={"state": "broken"})
    assert batches(rows, state="absent") == [("canary", ["s0p0h2"]), ("the rest", ["s1p1h0"])]


@pytest.mark.parametrize("state", ["unreachable", "unknown"])
def test_pool_without_its_master_waits(state):
    found = fleet_filter.waves(table(s0p1h2={"state": state, "error": "no route", "role": None}))
    assert set(found["held"]) == {"s0p1h0", "s0p1h1", "s0p1h2"}
    assert found["held"]["s0p1h2"] == "no route" and "0 hosts of pool 's0p1'" in found["held"]["s0p1h0"]
    assert not {host for batch in found["batches"] for host in batch["hosts"]} & set(found["held"])


def test_two_masters_in_a_pool_wait():
    """The inventory puts two pools in one: one host at a time would not be kept."""
    found = fleet_filter.waves(table(s0p0h0={"role": "master"}))
    assert "2 hosts of pool 's0p0'" in found["held"]["s0p0h0"] and len(found["held"]) == 3


def test_dead_member_is_named_and_the_others_go_on():
    found = fleet_filter.waves(table(s0p0h0={"state": "unreachable", "error": "no route", "role": None}))
    assert found["held"] == {"s0p0h0": "no route"}
    assert sum(len(batch["hosts"]) for batch in found["batches"]) == 11


@pytest.mark.parametrize("canary, reason", [("nobody", "not among the hosts"), ("s0p0h0", "comes after its pool's master"),
                                            ("s1p0h2", "has to wait: no route")])
def test_canary_refused(canary, reason):
    rows = table(s1p0h2={"state": "unreachable", "error": "no route", "role": None})
    with pytest.raises(Exception, match=reason):
        fleet_filter.waves(rows, canary=canary)


def test_canary_that_has_it():
    rows = table(s1p0h2={"ok": True, "state": "applied"})
    assert batches(rows, canary="s1p0h2")[0] == ("canary", ["s0p0h2"])


def test_nothing_to_do():
    rows = table()
    assert batches([row | {"ok": True, "state": "applied"} for row in rows]) == []
