# SPDX-License-Identifier: GPL-2.0-or-later
"""The way of a pack through a fleet: predicted, rolled out, again, drifted, reported, repaired, taken back.

One story: each test begins where the one before it ended.
"""
import csv
import json
import re

import pytest

from expect import PACKAGES
from fleet import ONE

CANARY = "fra-b1"
DROP_IN = "/etc/multipath/conf.d/custom-osnexus-quantastor-multipath.conf"
FACT = "/etc/ansible/facts.d/suppack_osnexus_quantastor_multipath.fact"
# A path's prefix -> why it may differ after the pack came and went.
STAYS = {"/etc/pki/rpm-gpg/": "the key is the operator's, not the pack's", "/etc/yum.repos.d": "as dnf made it",
         "/etc/ansible": "the folder of local facts", "/var/pool-stand-in/": "the stub's",
         "/opt/xensource/gpg/": "the key again", "/var/lock": "our lock file", "/run": "", "/var/log": "logs",
         "/var/update": "xapi's own folders"}


@pytest.fixture(scope="module")
def before(fleet):
    return {name: fleet[name].tree() for name in fleet.machines}


def gone(before, after):
    """What is left or lost, but for what stays."""
    return sorted(path for path in before.keys() | after.keys()
                  if before.get(path) != after.get(path) and not path.startswith(tuple(STAYS)))


def order(stdout):
    """The hosts in the order in which they were changed."""
    play = stdout.partition("PLAY [Change the hosts")[2]
    return re.findall(r"(?m)^changed: \[([\w-]+)\]", play)


def test_check_mode_predicts_and_changes_nothing(fleet, control, artifact, before):
    since = {name: len(machine.asked()) for name, machine in fleet.machines.items()}
    done = control.play("suppack.rollout.rollout", "--check", "--diff", suppack_canary=CANARY, **artifact.variables)
    assert done.returncode == 0, done.stdout
    assert all(done.stats[name]["changed"] == 1 for name in fleet.machines), done.stats
    assert done.stdout.count(f"+++ b{DROP_IN}") == len(fleet.machines)
    assert re.search(r'(?m)^\+\s+product\s+"QUANTASTOR"$', done.stdout)
    for name in ("ams-a1", "fra-b2"):
        assert gone(before[name], fleet[name].tree()) == []
    for name, machine in fleet.machines.items():
        assert not machine.asked_for("update-upload", since[name])
    control.predicted = done.stdout


def test_rolls_out_canary_pool_site_rest(fleet, control, artifact):
    done = control.play("suppack.rollout.rollout", "--diff", suppack_canary=CANARY, **artifact.variables)
    assert done.returncode == 0, done.stdout
    sequence = order(done.stdout)
    assert sequence[:4] == ["fra-b1", "fra-b2", "fra-a1", "fra-a2"]
    assert [set(sequence[4:6]), set(sequence[6:])] == [{"ams-a1", "ams-b1"}, {"ams-a2", "ams-b2"}]
    for name in fleet.machines:
        assert fleet[name].has_pack()
        fact = json.loads(fleet[name].read(FACT))
        assert fact["sha256"] == artifact.sha256 and fact["version"] == "1.0.0"
    diff = re.compile(r"(?m)^(?:---|\+\+\+|[-+ @]).*$")
    assert set(diff.findall(done.stdout)) == set(diff.findall(control.predicted)), "check mode said something else"


def test_again_changes_nothing_with_one_connection_a_host(fleet, control, artifact):
    sessions = {name: fleet[name].sessions() for name in fleet.machines}
    done = control.play("suppack.rollout.rollout", **artifact.variables)
    assert done.returncode == 0, done.stdout
    assert all(counts["changed"] == 0 for counts in done.stats.values()), done.stats
    # One task; that there is no second one is what a fleet of thousands lives from. The issue allows four.
    assert {fleet[name].sessions() - sessions[name] for name in fleet.machines} == {1}


def test_role_on_a_host_that_has_it(fleet, control, artifact):
    sessions = fleet["ams-a1"].sessions()
    done = control.play(ONE, target="ams-a1", **artifact.variables)
    assert done.returncode == 0 and done.stats["ams-a1"]["changed"] == 0, done.stdout
    assert fleet["ams-a1"].sessions() - sessions == 1


def test_verify_is_content(control, artifact):
    assert control.play("suppack.rollout.verify", **artifact.variables).returncode == 0


def drifted(fleet):
    """One host's block is edited, another one's file is gone, a third cannot be reached."""
    edited = fleet["ams-a2"].read(DROP_IN).replace("rr_min_io_rq", "#rr_min_io_rq", 1)
    fleet["ams-a2"].must("/bin/sh", "-c", f'printf %s "$0" >{DROP_IN}', edited)
    fleet["ams-b1"].must("rm", DROP_IN)
    fleet["fra-a2"].link(up=False)


def test_verify_tells_all_that_drift_and_touches_nothing(fleet, control, artifact):
    drifted(fleet)
    fleet["ams-b1"].since = len(fleet["ams-b1"].asked())
    trees = {name: fleet[name].tree() for name in ("ams-a2", "ams-b1")}
    done = control.play("suppack.rollout.verify", **artifact.variables)
    assert done.returncode == 2
    said = done.stdout.partition("Fail where a host drifts")[2]
    assert set(re.findall(r'"(\w+-\w\d)": "', said)) == {"ams-a2", "ams-b1", "fra-a2"}, said
    assert "over ssh" in said or "via ssh" in said, said
    assert all(fleet[name].tree() == trees[name] for name in trees)


def test_report_lists_every_host(fleet, control, artifact, tmp_path):
    done = control.play("suppack.rollout.report", suppack_report_dir=tmp_path, **artifact.variables)
    assert done.returncode == 0, done.stdout
    report = json.loads((tmp_path / "fleet.json").read_text())
    assert report["schema"] == 1 and report["label"] == "osnexus-quantastor-multipath"
    table = {row["host"]: row for row in report["hosts"]}
    assert set(table) == set(fleet.machines)
    state = {name: row["state"] for name, row in table.items() if row["state"] != "applied"}
    assert state == {"ams-a2": "drifted", "ams-b1": "missing", "fra-a2": "unreachable"}
    assert all(row["ok"] == (name not in state) for name, row in table.items())
    good = table["fra-b2"]
    hook = fleet["fra-b2"].status()
    assert {key: good[key] for key in ("file", "block_sha256", "daemon", "version")} == {
        key: hook[key] for key in ("file", "block_sha256", "daemon", "version")}
    assert (good["site"], good["pool"], good["role"], good["product"]) == ("fra", "fra-b", "slave", "XCP-ng 8.2.1")
    with open(tmp_path / "fleet.csv", newline="", encoding="utf-8") as file:
        lines = {line["host"]: line for line in csv.DictReader(file)}
    assert set(lines) == set(table) and lines["fra-a2"]["error"] == table["fra-a2"]["error"]
    page = (tmp_path / "fleet.html").read_text()
    assert all(f"<td>{name}</td>" in page for name in table)


def test_rollout_repairs_drift_and_names_the_dead(fleet, control, artifact):
    done = control.play("suppack.rollout.rollout", suppack_canary="ams-b1", **artifact.variables)
    assert done.returncode == 2 and "fra-a2" in done.stdout.rpartition("Fail where hosts were not reached")[2]
    assert sorted(order(done.stdout)) == ["ams-a2", "ams-b1"]
    assert fleet["ams-a2"].has_pack() and fleet["ams-b1"].has_pack()
    assert fleet["ams-b1"].asked_for("update-upload", fleet["ams-b1"].since) == 0, "no image was needed"
    fleet["fra-a2"].link(up=True)
    again = control.play("suppack.rollout.verify", **artifact.variables)
    assert again.returncode == 0, again.stdout


def test_upgrade_of_a_pool(fleet, control, make_artifact):
    newer = make_artifact(version="1.0.1")
    done = control.play("suppack.rollout.rollout", "--limit", "pool_ams_a", **newer.variables)
    assert done.returncode == 0 and order(done.stdout) == ["ams-a1", "ams-a2"], done.stdout
    assert all(fleet[name].has_pack("1.0.1") for name in ("ams-a1", "ams-a2"))
    assert len(fleet.pool("ams-a")["updates"]) == 1, "xapi still lists the old version"


def test_removal_gives_every_host_back(fleet, control, artifact, before):
    done = control.play("suppack.rollout.remove", suppack_label="osnexus-quantastor-multipath")
    assert done.returncode == 0, done.stdout
    assert order(done.stdout).index("fra-b1") < order(done.stdout).index("fra-b2"), "the master was not first"
    for name, machine in fleet.machines.items():
        assert gone(before[name], machine.tree()) == [], name
        assert not machine.packages() & {f"{package}-1.0.0" for package in PACKAGES}
        assert fleet.pool(machine.member.pool)["updates"] == {}, "xapi keeps a record"
    done = control.play("suppack.rollout.remove", suppack_label="osnexus-quantastor-multipath")
    assert done.returncode == 0 and all(counts["changed"] == 0 for counts in done.stats.values())
