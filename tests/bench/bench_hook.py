# SPDX-License-Identifier: GPL-2.0-or-later
"""The hook's edit of files of 10 kB to 1 MB, against augeas and against a mere copy that is synced."""
import os
import subprocess
import tempfile
from pathlib import Path

from host import LABEL, Host, layouts
from measure import spawn

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


def make_host(bench, layout, content=None):
    root = Path(tempfile.mkdtemp(dir=bench.scratch))
    program = Path(os.environ["SUPPACK_BUILD"]) / "libexec" / "suppack" / "multipath-hook.x86_64"
    host = Host(root, layouts.BY_NAME[layout], program).make().unpack()
    if content is not None:
        host.target.write_bytes(content)
    return host


def hook(host, word):
    spawn(f"{host.root}/opt/{LABEL}/bin/multipath-hook", word, "--root", host.root)


def copy_and_sync(path):
    copy = path.with_name("copy")
    spawn("/bin/cp", "--preserve", path, copy)
    spawn("/bin/sync", copy, path.parent)


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


def bench_edit(bench, kind, size):
    host = make_host(bench, "xs-6.2", file_of(size, kind))
    copy = {"cp --preserve, sync": lambda: copy_and_sync(host.target)}

    def install(what="ours"):
        if what == "ours":
            hook(host, "install")

    def remove(what="ours"):
        if what == "ours":
            hook(host, "remove")

    def both():
        install()
        remove()
    if kind == "stanzas" and size <= 10_000:
        bench.measure(f"hook install + remove, {size // 1000} kB of {kind}", both, {"augtool": lambda: augtool(host)},
                      target=0.05)
    bench.measure(f"hook install, {size // 1000} kB of {kind}", install, copy, after=remove, target=3)
    install()
    bench.measure(f"hook remove, {size // 1000} kB of {kind}", remove, copy, after=install, target=3)


def run(bench):
    idle = make_host(bench, "xs-6.5")
    hook(idle, "install")
    bench.measure("hook, nothing to do", lambda: hook(idle, "install"), {"true(1)": lambda: spawn("/bin/true")})
    for kind in ("comments", "stanzas", "short devices"):
        for size in (10_000, 100_000, 1_000_000):
            bench_edit(bench, kind, size)
