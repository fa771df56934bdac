# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scriptlets add to `rpm -U` of the payload: the same package with and without them."""
import shutil
import statistics
import tempfile
from pathlib import Path

from dom0 import DB, Dom0
from layouts import BY_NAME
from measure import spawn
from rpms import Rpm, make_rpms
from support import EPOCH, SOURCE, environment, must

LAYOUTS = ("xs-6.2", "xcp-ng-8.3")
LABEL = "osnexus-quantastor-multipath"
# What rpm itself takes to run those that the payload has.
EMPTY = "%post -n empty\nexit 0\n%triggerin -n empty -- device-mapper-multipath, sm\nexit 0"


def run(bench):
    folder = Path(tempfile.mkdtemp(dir=bench.scratch))
    shutil.copytree(SOURCE / "spec/quantastor", folder / "spec")
    must([bench.suppack, "build", "-q", "--unsigned", "-o", folder, folder / "spec/pack.ini"],
         env=environment(SOURCE_DATE_EPOCH=EPOCH, HOME=folder))
    must(["bsdtar", "-xf", next(iter(folder.glob("*.iso"))), "-C", folder])
    for name in LAYOUTS:
        bench_layout(bench, BY_NAME[name], folder)


def bench_layout(bench, layout, folder):
    payload = folder / (f"Packages/{LABEL}-1.0.0-1.x86_64.rpm" if layout.xapi else f"{LABEL}-1.0.0-1.noarch.rpm")
    work = Path(tempfile.mkdtemp(dir=bench.scratch))
    host = Dom0.create(work / "root", layout, None, work)
    # As in dom0. Without /proc, which this root has not, rpm closes each number there could be before a scriptlet.
    rpm = ["prlimit", "--nofile=1024", "rpm", "--root", host.root, *DB, "--nosignature"]
    empty, = make_rpms(work / "empty", Rpm("empty", scripts=EMPTY), payload="w4.gzdio")
    bench_scriptlets(bench, f"rpm -U of the payload, {layout.name}", rpm, payload, LABEL, "ms (<= 5)")
    bench_scriptlets(bench, f"rpm -U of empty scriptlets, {layout.name}", rpm, empty, "empty", "ms")


def bench_scriptlets(bench, name, rpm, package, installed, unit):
    bench.measure(name, lambda: spawn(*rpm, "-U", package),
                  {"the same with --noscripts": lambda: spawn(*rpm, "-U", "--noscripts", package)},
                  after=lambda _: spawn(*rpm, "-e", installed))
    if bench.rows and bench.rows[-1]["work"] == name:
        bench.note(f"{name}: what scriptlets add", round(statistics.median(bench.differences), 2), unit)
