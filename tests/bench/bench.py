#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Our programs against what a user would run instead, interleaved in the same run: medians and ratios.

usage: bench.py BUILD [JSON]      BUILD: a release build; JSON: where the figures go, too
"""
import json
import os
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
DEVICE = '\tdevice {\n\t\tvendor "V%d"\n\t\tproduct "P%d"\n\t\tpath_checker tur\n\t}\n'


def file_of(size, kind):
    """A multipath.conf of about `size` bytes."""
    if kind == "comments":
        line = "# a comment line of the usual length, in a file of many\n"
        return (line * (size // len(line)) + "devices {\n}\n").encode()
    return ("devices {\n" + "".join(DEVICE % (i, i) for i in range(size // 68)) + "}\n").encode()


class Bench:
    def __init__(self, scratch):
        self.scratch, self.rows = Path(scratch), []

    def measure(self, name, ours, theirs):
        """Both by turns; `ours` and each of `theirs` ({what: call}) do the work once."""
        calls = {"ours": ours, **theirs}
        times = {what: [] for what in calls}
        for turn in range(ROUNDS + 1):
            for what, call in calls.items():
                begin = time.perf_counter()
                call()
                if turn:  # the first warms the caches
                    times[what].append((time.perf_counter() - begin) * 1000)
        for what in theirs:
            ratios = sorted(a / b for a, b in zip(times["ours"], times[what]))
            self.rows.append({"work": name, "against": what, "ms": round(statistics.median(times["ours"]), 2),
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
    for kind in ("comments", "devices"):
        for size in (10_000, 100_000, 1_000_000, 10_000_000):
            host = bench.host("xs-6.2", file_of(size, kind))

            def both(host=host):
                hook(host, "install")
                hook(host, "remove")
            theirs = {"cp --preserve, sync": lambda host=host: copy_and_sync(host.target)}
            if size <= 10_000 and kind == "devices":
                theirs["augtool"] = lambda host=host: augtool(host)
            bench.measure(f"hook install + remove, {size // 1000} kB of {kind}", both, theirs)


def main():
    scratch = tempfile.mkdtemp(prefix="bench-")
    try:
        bench = Bench(scratch)
        bench_hook(bench)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{'work':48} {'against':22} {'ms':>9} {'theirs':>9}   ratio (min, median, max)")
    for row in bench.rows:
        print(f"{row['work']:48} {row['against']:22} {row['ms']:9.2f} {row['theirs_ms']:9.2f}   "
              f"{row['ratio_min']:.3f} {row['ratio']:.3f} {row['ratio_max']:.3f}")
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps({"rounds": ROUNDS, "rows": bench.rows}, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
