# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold on a host, each as one function that says what it found instead."""
import json

import mpparse
from layouts import LABEL
from snapshot import difference

HOOK = f"/opt/{LABEL}/bin/multipath-hook"
PACKAGES = (LABEL, f"update-{LABEL}", f"control-{LABEL}")


def shipped(layout):
    """The multipath files of a release as it ships them."""
    return {path: layout.text(path) for path in layout.all_files()}


def stanza_in_place(host, originals, rr_min_io="100"):
    """The stanza is in the layout's file exactly once; every byte that was there before still is."""
    layout = host.layout
    wanted = mpparse.expected(layout.dialect, rr_min_io)
    for path, original in originals.items():
        now = host.read(path)
        if path == layout.target:
            inserted_once(original, now, wanted)
        else:
            assert now == original, f"{path} was touched"
    if layout.drop_in:
        now = host.read(layout.target)
        assert mpparse.devices(now) == [wanted]
        assert now.endswith(b"\n")
    for link, target in layout.links.items():
        assert host.path(link).is_symlink() and str(host.path(link).readlink()) == target, f"{link} is no link any more"


def inserted_once(original, now, wanted):
    """now = original plus one piece, which holds our device and stands behind the last other one."""
    start = next((i for i, (a, b) in enumerate(zip(original, now)) if a != b), len(original))
    added = len(now) - len(original)
    piece = now[start:start + added]
    assert added > 0 and now == original[:start] + piece + original[start:], "more than one place was changed"
    assert piece.count(b"OSNEXUS") >= 1 and mpparse.ours(now) == [wanted], mpparse.ours(now)
    assert mpparse.devices(now) == mpparse.devices(original) + [wanted], "not behind the last device"


def mtimes(host):
    """When the release's multipath files were last written."""
    return {path: host.path(path).stat().st_mtime_ns for path in host.layout.all_files()}


def not_there(host):
    """Neither file nor trace of ours."""
    for path in host.path("/etc").rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert b"OSNEXUS" not in path.read_bytes(), f"{path} still has the stanza"


def status(host):
    done = host.run(HOOK, "status", "--json")
    return json.loads(done.stdout)


def applied(host):
    found = status(host)
    assert found["schema"] == 2 and found["state"] == "applied", found


def rpm_verifies(host, packages=PACKAGES):
    done = host.run("rpm", "-V", *packages)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


def as_before(host):
    """The whole tree, the packages, what rpm -Va thinks of everything else, and the files' mtimes are as before:
    neither ls -l nor rpm -V tells afterwards that we were there (users.md 6.1.1)."""
    assert mtimes(host) == host.mtimes_before
    assert difference(host.before, host.snapshot()) == []
    assert host.packages() == host.packages_before
    assert host.verify_all() == host.verified_before
