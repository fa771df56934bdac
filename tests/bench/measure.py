# SPDX-License-Identifier: GPL-2.0-or-later
"""Two or more ways to do one piece of work, by turns in one run: medians and ratios."""
import os
import resource
import statistics
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
for folder in ("", "hook", "interop", "rollout"):
    sys.path.insert(0, str(TESTS / folder))


def cpu_seconds():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def spawn(*argv, env=None, output=None):
    """Runs a program to its end. posix_spawn: what is measured is the program, not this interpreter's fork."""
    where = os.devnull if output is None else str(output)
    actions = [(os.POSIX_SPAWN_OPEN, 1, where, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
               (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_RDWR, 0)]
    words = [str(word) for word in argv]
    pid = os.posix_spawnp(words[0], words, env or {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
                          file_actions=actions)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, f"{argv}: exit {status}"


class Bench:
    """Collects one row for each piece of work and each other way to do it.

    .rows: work, against, ms and theirs_ms (medians), best_ms, cpu_ms and theirs_cpu_ms (medians of processor time, which
    hardly knows who else runs here), ratio of the times and its min and max over the rounds, cpu_ratio of the medians,
    target (what the ratio is to reach).
    """

    def __init__(self, scratch, rounds=15, only=""):
        self.scratch, self.rounds, self.only = Path(scratch), rounds, only
        self.rows, self.notes, self.differences = [], [], []

    def measure(self, name, ours, theirs, after=lambda what: None, rounds=None, target=None):
        """`ours` and each of `theirs` ({what: call}) do the work once a round. after() undoes it each time, untimed.

        target: what the ratio to the first of them is to reach.
        """
        if self.only not in name:
            return
        calls = {"ours": ours, **theirs}
        times, cpu = {what: [] for what in calls}, {what: [] for what in calls}
        for turn in range((rounds or self.rounds) + 1):
            for what, call in calls.items():
                spent, begin = cpu_seconds(), time.perf_counter()
                call()
                took = (time.perf_counter() - begin) * 1000
                if turn:  # the first warms the caches
                    times[what].append(took)
                    cpu[what].append((cpu_seconds() - spent) * 1000)
                after(what)
        for number, what in enumerate(theirs):
            ratios = sorted(a / b for a, b in zip(times["ours"], times[what]))
            self.differences = [a - b for a, b in zip(times["ours"], times[what])]
            self.rows.append({"work": name, "against": what, "ms": round(statistics.median(times["ours"]), 2),
                              "best_ms": round(min(times["ours"]), 2), "cpu_ms": round(statistics.median(cpu["ours"]), 2),
                              "theirs_ms": round(statistics.median(times[what]), 2),
                              "theirs_cpu_ms": round(statistics.median(cpu[what]), 2),
                              "cpu_ratio": round(statistics.median(cpu["ours"]) / (statistics.median(cpu[what]) or 1e-9), 3),
                              "ratio_min": round(ratios[0], 3), "ratio": round(statistics.median(ratios), 3),
                              "ratio_max": round(ratios[-1], 3), "target": target if number == 0 else None})

    def note(self, name, value, unit):
        """A figure that is no ratio: a peak of memory, say."""
        self.notes.append({"work": name, "value": value, "unit": unit})
