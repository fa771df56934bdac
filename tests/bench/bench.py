#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Our programs against what a user would run instead, interleaved in the same run: medians and ratios.

usage: bench.py BUILD [JSON]      BUILD: a release build; JSON: where the figures go, too
"""
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
for folder in ("", "hook", "interop"):
    sys.path.insert(0, str(TESTS / folder))
os.environ["SUPPACK_BUILD"] = str(Path(sys.argv[1]).resolve())
from host import LABEL, Host, layouts  # noqa: E402

ROUNDS = 15
COMMENT = "# a comment line of the usual length, in a file of many\n"
SHORTEST = '\tdevice {\n\t\tvendor "V%d"\n\t\tproduct "P"\n\t\tpath_checker tur\n\t}\n'
STANZA = """\
	device {
		vendor                  "VENDOR%05d"
		product                 "PRODUCT"
		path_grouping_policy    group_by_prio
		path_selector           "round-robin 0"
		path_checker            tur
		prio                    alua
		failback                immediate
		rr_weight               uniform
		rr_min_io               100
	}
"""


def file_of(size, kind):
    """A multipath.conf of about `size` bytes."""
    if kind == "comments":
        return (COMMENT * (size // len(COMMENT)) + "devices {\n}\n").encode()
    device = {"stanzas": STANZA, "short devices": SHORTEST}[kind]
    return ("devices {\n" + "".join(device % i for i in range(size // len(device % 10000))) + "}\n").encode()


def cpu_seconds():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


class Bench:
    def __init__(self, scratch):
        self.scratch, self.rows = Path(scratch), []

    def measure(self, name, ours, theirs, after=lambda: None):
        """Both by turns; `ours` and each of `theirs` ({what: call}) do the work once. after() undoes ours, untimed.

        cpu_ms is the processor time of the children of `ours`: unlike wall time, it hardly knows who else runs here.
        """
        calls = {"ours": ours, **theirs}
        times, cpu = {what: [] for what in calls}, []
        for turn in range(ROUNDS + 1):
            for what, call in calls.items():
                spent, begin = cpu_seconds(), time.perf_counter()
                call()
                took = (time.perf_counter() - begin) * 1000
                if turn:  # the first warms the caches
                    times[what].append(took)
                if what == "ours":
                    cpu.append((cpu_seconds() - spent) * 1000)
                    after()
        for what in theirs:
            ratios = sorted(a / b for a, b in zip(times["ours"], times[what]))
            self.rows.append({"work": name, "against": what, "ms": round(statistics.median(times["ours"]), 2),
                              "best_ms": round(min(times["ours"]), 2), "cpu_ms": round(statistics.median(cpu), 2),
                              "theirs_ms": round(statistics.median(times[what]), 2),
                              "ratio_min": round(ratios[0], 3), "ratio": round(statistics.median(ratios), 3),
                              "ratio_max": round(ratios[-1], 3)})

    def host(self, layout, content=None):
        root = Path(tempfile.mkdtemp(dir=self.scratch))
        program = Path(os.environ["SUPPACK_BUILD"]) / "libexec" / "suppack" / "multipath-hook.x86_64"
        host = Host(root, layouts.BY_NAME[layout], program).make().unpack()
        if content is not None:
            host.target.write_bytes(content)
        return host


def hook(host, word):
    # posix_spawn: what is measured is the program, not this interpreter's fork.
    program = f"{host.root}/opt/{LABEL}/bin/multipath-hook"
    pid = os.posix_spawn(program, [program, word, "--root", str(host.root)], {},
                         file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_RDWR, 0)])
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def spawn(*argv):
    pid = os.posix_spawn(argv[0], argv, {"PATH": "/usr/bin:/bin"})
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def copy_and_sync(path):
    copy = path.with_name("copy")
    spawn("/bin/cp", "--preserve", str(path), str(copy))
    spawn("/bin/sync", str(copy), str(path.parent))


def augtool(host):
    """The same edit by augeas: a device added and saved, then taken away and saved."""
    base = "/files/etc/multipath.conf/devices"
    script = host.root / "script"
    script.write_text(f"set {base}/device[last()+1]/vendor OSNEXUS\nset {base}/device[last()]/product QUANTASTOR\n"
                      f"save\nrm {base}/device[last()]\nsave\n")
    before = host.target.read_bytes()
    done = subprocess.run(["/usr/bin/augtool", "--root", host.root, "--noautoload",
                           "--transform", "Multipath.lns incl /etc/multipath.conf", "--file", script],
                          capture_output=True, text=True, check=True)
    assert done.stdout.count("Saved 1 file(s)") == 2, done.stdout + done.stderr
    assert host.target.read_bytes() == before


def bench_hook(bench):
    idle = bench.host("xs-6.5")
    hook(idle, "install")
    bench.measure("hook, nothing to do", lambda: hook(idle, "install"),
                  {"true(1)": lambda: spawn("/bin/true")})
    for kind in ("comments", "stanzas", "short devices"):
        for size in (10_000, 100_000, 1_000_000, 10_000_000):
            bench_edit(bench, kind, size)


def bench_edit(bench, kind, size):
    host = bench.host("xs-6.2", file_of(size, kind))
    copy = {"cp --preserve, sync": lambda: copy_and_sync(host.target)}

    def install():
        hook(host, "install")

    def remove():
        hook(host, "remove")

    def both():
        install()
        remove()
    if kind == "stanzas" and size <= 10_000:
        bench.measure(f"hook install + remove, {size // 1000} kB of {kind}", both, {"augtool": lambda: augtool(host)})
    bench.measure(f"hook install, {size // 1000} kB of {kind}", install, copy, after=remove)
    install()
    bench.measure(f"hook remove, {size // 1000} kB of {kind}", remove, copy, after=install)


def main():
    scratch = tempfile.mkdtemp(prefix="bench-")
    try:
        bench = Bench(scratch)
        bench_hook(bench)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{'work':40} {'against':20} {'ms':>8} {'best':>8} {'cpu':>8} {'theirs':>8}   ratio (min, median, max)")
    for row in bench.rows:
        print(f"{row['work']:40} {row['against']:20} {row['ms']:8.2f} {row['best_ms']:8.2f} {row['cpu_ms']:8.2f} "
              f"{row['theirs_ms']:8.2f}   {row['ratio_min']:.3f} {row['ratio']:.3f} {row['ratio_max']:.3f}")
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps({"rounds": ROUNDS, "rows": bench.rows}, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
