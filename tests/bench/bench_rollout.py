#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Playbook rollout over hosts that have the pack already, against a playbook of one no-op task over the same hosts.

usage: bench_rollout.py BUILD [JSON] [HOSTS]     BUILD: a release build; HOSTS: 200
"""
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
for folder in ("", "rollout"):
    sys.path.insert(0, str(TESTS / folder))
from fleet import ONE, ControlNode, Fleet, Member, install_collection  # noqa: E402
from support import EPOCH, SOURCE, Key, environment, must  # noqa: E402

ROUNDS = 3
FORKS = 40
LAYOUT = "xcp-ng-8.3"
NO_OP = "- {hosts: all, gather_facts: false, tasks: [{ansible.builtin.ping: }]}\n"
POOL = 8  # hosts of one


def members(count):
    return [Member(f"h{number:03d}", f"site{number // 100}", f"p{number // POOL:02d}", LAYOUT, number % POOL == 0, 32)
            for number in range(count)]


def installed_root(fleet, control, variables, place):
    """The root of a host on which the pack was rolled out, as the template of many."""
    done = control.play(ONE, target="all", **variables)
    assert done.returncode == 0, done.stdout
    machine = fleet["first"]
    must(["nsenter", "--target", machine.pid, "--mount", "cp", "-ax", machine.scratch / "root", place])
    return place


def artifact(build, key, work):
    must([build / "bin/suppack", "build", "--key", key.id, "-o", work / "dist", SOURCE / "spec/quantastor/pack.ini"],
         env=environment(GNUPGHOME=key.home, SOURCE_DATE_EPOCH=EPOCH))
    iso, = (work / "dist").glob("*.iso")
    return {"suppack_src": str(iso), "suppack_key": str(key.public),
            "suppack_sha256": must(["sha256sum", iso]).stdout.split()[0]}


def measure(control, fleet, variables, no_op):
    """Both by turns, each over all hosts; a run that did not see every host up to date is an error."""
    times = {"rollout": [], "no-op": []}
    for _ in range(ROUNDS):
        for name, playbook, extra in (("no-op", no_op, {}), ("rollout", "suppack.rollout.rollout", variables)):
            sessions = sum(machine.sessions() for machine in fleet.machines.values())
            begin = time.monotonic()
            done = control.play(playbook, timeout=1200, **extra)
            times[name].append(time.monotonic() - begin)
            assert done.returncode == 0 and len(done.stats) == len(fleet.machines), done.stdout[-3000:]
            assert not any(counts["changed"] for counts in done.stats.values()), done.stdout[-3000:]
            sessions = sum(machine.sessions() for machine in fleet.machines.values()) - sessions
            print(f"{name:8} {times[name][-1]:7.1f} s, {sessions / len(fleet.machines):.2f} commands over ssh a host", flush=True)
    return times


def main():
    build, count = Path(sys.argv[1]).resolve(), int(sys.argv[3]) if len(sys.argv) > 3 else 200
    work = Path(tempfile.mkdtemp(prefix="bench-"))
    key, fleets = Key(tempfile.mkdtemp(prefix="suppack-gpg-")).create(), []
    try:
        variables, collections = artifact(build, key, work), install_collection(work)
        stand_in = build / "bin/multipathd-stand-in.x86_64"
        fleets.append(Fleet(tempfile.mkdtemp(prefix="fleet-"), [Member("first", "s", "p", LAYOUT, True)], stand_in))
        root = installed_root(fleets[0], ControlNode(fleets[0], collections), variables, work / "root")
        fleets.append(Fleet(tempfile.mkdtemp(prefix="fleet-"), members(count), stand_in, {LAYOUT: root}))
        (work / "no-op.yml").write_text(NO_OP)
        times = measure(ControlNode(fleets[1], collections, FORKS), fleets[1], variables, work / "no-op.yml")
    finally:
        for fleet in fleets:
            fleet.close()
        key.close()
        shutil.rmtree(work, ignore_errors=True)
    ratios = sorted(ours / theirs for ours, theirs in zip(times["rollout"], times["no-op"]))
    figures = {"hosts": count, "forks": FORKS, "rounds": ROUNDS, "ratio": round(statistics.median(ratios), 3),
               "ratio_min": round(ratios[0], 3), "ratio_max": round(ratios[-1], 3),
               "seconds": {name: round(statistics.median(each), 1) for name, each in times.items()}}
    print(f"{count} hosts that have the pack: rollout / no-op {figures['ratio_min']} {figures['ratio']} {figures['ratio_max']}"
          f" (min, median, max), {figures['seconds']['rollout']} s and {figures['seconds']['no-op']} s")
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
