# SPDX-License-Identifier: GPL-2.0-or-later
"""Playbook rollout over hosts that have the pack already, against a playbook of one no-op task over the same hosts."""
import tempfile
from pathlib import Path

from fleet import ONE, ControlNode, Fleet, Member, install_collection
from support import EPOCH, SOURCE, Key, environment, must

ROUNDS = 3
FORKS = 40
HOSTS = 200
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


class Turn:
    """One run over all hosts; one that did not see every host up to date is an error."""

    def __init__(self, control, fleet, playbook, variables):
        self.control, self.fleet, self.playbook, self.variables = control, fleet, playbook, variables
        self.sessions = 0  # commands over ssh of the last run, all hosts together

    def _sessions(self):
        return sum(machine.sessions() for machine in self.fleet.machines.values())

    def __call__(self):
        before = self._sessions()
        done = self.control.play(self.playbook, timeout=1200, **self.variables)
        assert done.returncode == 0 and len(done.stats) == len(self.fleet.machines), done.stdout[-3000:]
        assert not any(counts["changed"] for counts in done.stats.values()), done.stdout[-3000:]
        self.sessions = self._sessions() - before


def run(bench):
    build = bench.suppack.parent.parent
    work, fleets = Path(tempfile.mkdtemp(dir=bench.scratch)), []
    key = Key(tempfile.mkdtemp(prefix="suppack-gpg-")).create()
    try:
        variables, collections = artifact(build, key, work), install_collection(work)
        stand_in = build / "bin/multipathd-stand-in.x86_64"
        fleets.append(Fleet(tempfile.mkdtemp(prefix="fleet-"), [Member("first", "s", "p", LAYOUT, True)], stand_in))
        root = installed_root(fleets[0], ControlNode(fleets[0], collections), variables, work / "root")
        fleets.append(Fleet(tempfile.mkdtemp(prefix="fleet-"), members(HOSTS), stand_in, {LAYOUT: root}))
        (work / "no-op.yml").write_text(NO_OP)
        control = ControlNode(fleets[1], collections, FORKS)
        ours = Turn(control, fleets[1], "suppack.rollout.rollout", variables)
        name = f"{HOSTS} hosts that have the pack: rollout"
        bench.measure(name, ours, {"a playbook of one no-op task": Turn(control, fleets[1], work / "no-op.yml", {})},
                      rounds=ROUNDS, target=1.5)
        bench.note(f"{name}: commands over ssh a host", round(ours.sessions / HOSTS, 2), "")
    finally:
        for fleet in fleets:
            fleet.close()
        key.close()
