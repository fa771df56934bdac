# SPDX-License-Identifier: GPL-2.0-or-later
"""install, status, plan, upgrade and remove on every host layout; whole trees compared."""
import json
import os
import subprocess

import snapshot
from host import LABEL, STANZA

BEGIN = f"# BEGIN {LABEL} ".encode()


def test_install_and_remove_give_the_tree_back(host):
    before = host.tree()
    installed = host.hook("install")
    assert installed.returncode == 0, installed.stderr
    assert host.target.read_bytes().count(BEGIN) == 1
    changed = {line.split()[1] for line in snapshot.difference(before, host.tree())}
    assert changed <= {host.layout.target, "/etc/multipath/conf.d", f"/var/lib/{LABEL}",
                       f"/var/lib/{LABEL}/state", f"/var/lib/{LABEL}/original"}
    removed = host.hook("remove")
    assert removed.returncode == 0, removed.stderr
    assert snapshot.difference(before, host.tree()) == []


def test_second_install_touches_nothing(host):
    host.hook("install")
    info, tree = os.stat(host.target), host.tree()
    again = host.hook("install")
    assert again.returncode == 0
    assert "nothing to do" in again.stderr
    after = os.stat(host.target)
    assert (info.st_ino, info.st_mtime_ns, info.st_ctime_ns) == (after.st_ino, after.st_mtime_ns, after.st_ctime_ns)
    assert tree == host.tree()


def test_second_remove_is_no_error(host):
    before = host.tree()
    host.hook("install")
    host.hook("remove")
    again = host.hook("remove")
    assert again.returncode == 0
    assert "nothing to remove" in again.stderr
    assert snapshot.difference(before, host.tree()) == []


def test_status_tells_the_truth(host):
    def state():
        done = host.hook("status", "--json")
        report = json.loads(done.stdout)
        assert list(report) == sorted(report)
        assert report["schema"] == 2
        assert report["why"] and report["next"] and "\n" not in report["why"] + report["next"]
        assert report["dialect"] == host.layout.dialect
        assert report["file"] == host.layout.target
        assert (done.returncode == 0) == (report["state"] == "applied")
        return report["state"]
    host.unpack(stanza={parser: STANZA for parser in ("0.4.7", "0.4.9-31", "0.4.9-86", "0.4.9-119", "0.9.6")})
    assert state() == "missing"
    host.hook("install")
    assert state() == "applied"
    text = host.target.read_bytes()
    host.target.write_bytes(text.replace(b"rr_min_io               100", b"rr_min_io 7"))
    assert state() == "drifted"
    assert host.hook("install").returncode == 0
    assert state() == "applied"


def test_plan_is_a_diff_that_patch_applies(host, tmp_path):
    plan = host.hook("plan")
    assert plan.returncode == 10
    copy = tmp_path / "copy"
    if host.target.exists():
        copy.write_bytes(host.target.read_bytes())
    subprocess.run(["patch", "--quiet", str(copy)], input=plan.stdout.encode(), check=True)
    before = host.tree()
    assert snapshot.difference(before, host.tree()) == []
    host.hook("install")
    assert copy.read_bytes() == host.target.read_bytes()
    again = host.hook("plan")
    assert (again.returncode, again.stdout) == (0, "")


def test_check_is_silent_and_changes_nothing(host):
    before = host.tree()
    check = host.hook("check")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    assert before == host.tree()


def test_upgrade_leaves_one_block_and_the_way_back(host):
    before = host.tree()
    host.hook("install")
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    assert host.hook("install").returncode == 0
    text = host.target.read_bytes()
    assert text.count(BEGIN) == 1
    assert b"rr_min_io               200" in text
    assert b"rr_min_io               100" not in text
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []


def test_removal_without_state(host):
    before = host.tree()
    host.hook("install")
    for name in ("state", "original"):
        host.at(f"/var/lib/{LABEL}/{name}").unlink(missing_ok=True)
    host.at(f"/var/lib/{LABEL}").rmdir()
    assert host.hook("remove").returncode == 0
    # A folder nobody remembers having made stays; everything else is as it was.
    left = [line for line in snapshot.difference(before, host.tree())
            if not line.startswith("+ /etc/multipath/conf.d d")]
    assert left == []


def test_the_original_comes_back_with_its_times(host):
    if host.layout.drop_in:
        return
    os.utime(host.target, ns=(10**18, 10**18 + 7))
    host.target.chmod(0o640)
    os.chown(host.target, 12, 34)
    before, inode = host.tree(), os.stat(host.target).st_ino
    host.hook("install")
    info = os.stat(host.target)
    assert (info.st_uid, info.st_gid, info.st_mode & 0o7777) == (12, 34, 0o640)
    host.hook("remove")
    assert os.stat(host.target).st_mtime_ns == 10**18 + 7
    assert os.stat(host.target).st_ino == inode
    assert snapshot.difference(before, host.tree()) == []


def test_links_stay_links(host):
    links = {path: os.readlink(host.at(path)) for path in host.layout.links}
    host.hook("install")
    assert links == {path: os.readlink(host.at(path)) for path in host.layout.links}
