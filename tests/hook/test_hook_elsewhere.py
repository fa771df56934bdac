# SPDX-License-Identifier: GPL-2.0-or-later
"""Policy `replace` where the administrator's device lies in another file than ours: it is switched off there."""
import json
import os
import shutil

import mpparse
import pytest
import snapshot
from host import LABEL, STANZA
from places import RECORD, flagged, no_trace, reason_of, refused

CUSTOM, BEFORE = "/etc/multipath/conf.d/custom.conf", "/etc/multipath/conf.d/00-site.conf"
MAIN = "/etc/multipath.xenserver/multipath.conf"
OFF = f"#{LABEL}# "
OURS = """device {
\tvendor "OSNEXUS"
\tproduct "QUANTASTOR"
\tpath_checker directio
}
"""
OTHER = """device {
\tvendor "ACME"
\tproduct "DISK"
}
"""
# The device between others, with comments; and what of it is left while ours is in use.
TEXT = "# the site's own\ndevices {\n" + OTHER + "# theirs\n" + OURS + OTHER.replace("ACME", "ACME2") + "}\n# end\n"
SWITCHED = TEXT.replace(OURS, "".join(OFF + line for line in OURS.splitlines(keepends=True)))
# An administrator's device of the same names is his decision, wherever in conf.d it stands.
CASES = {
    "custom": ("xcp-ng-8.3", [CUSTOM]), "before": ("xs-7.6", [BEFORE]), "both": ("xcp-ng-8.3", [CUSTOM, BEFORE]),
    "before of 8.3": ("xcp-ng-8.3", [BEFORE]), "custom of 9": ("xs-9", [CUSTOM]),
}


@pytest.fixture(params=list(CASES))
def site(request, make_host):
    """(host with policy replace, the administrator's files), as they were long ago."""
    name, paths = CASES[request.param]
    host = make_host(name).unpack(on_conflict="replace")
    for path in paths:
        host.write(path, TEXT.encode())
        os.chown(host.at(path), 12, 34)
        host.at(path).chmod(0o640)
        os.utime(host.at(path), ns=(10**18, 10**18 + 7))
    return host, paths


def identity(host, paths):
    """What tells one file from another with the same bytes."""
    return {path: (info.st_ino, info.st_mtime_ns, info.st_uid, info.st_gid, info.st_mode, info.st_nlink)
            for path in paths for info in [os.stat(host.at(path))]}


def upgrade(host, on_conflict="replace"):
    host.unpack("1.0.1", STANZA.replace("100", "200"), on_conflict=on_conflict)
    assert host.hook("install").returncode == 0


def is_switched_off(host, paths):
    for path in paths:
        assert host.at(path).read_text() == SWITCHED
        assert [device["vendor"] for device in mpparse.devices(host.at(path).read_bytes())] == ["ACME", "ACME2"]
    return True


def test_check_and_plan_foresee_it(site):
    host, paths = site
    before = host.tree()
    check, plan = host.hook("check"), host.hook("plan")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    assert plan.returncode == 10
    for path in paths:
        assert path in plan.stdout
        assert f"+{OFF}device {{" in plan.stdout
    assert snapshot.difference(before, host.tree()) == []


def test_switched_off_and_on_again(site):
    host, paths = site
    before, files = host.tree(), identity(host, paths)
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    assert is_switched_off(host, paths)
    assert f"# BEGIN {LABEL} " in host.target.read_text()
    assert all(info[2:5] == files[path][2:5] for path, info in identity(host, paths).items())
    status = host.hook("status", "--json")
    assert status.returncode == 0
    assert json.loads(status.stdout)["state"] == "applied"
    done = host.hook("remove")
    assert done.returncode == 0, done.stderr
    assert snapshot.difference(before, host.tree()) == []
    assert identity(host, paths) == files
    assert "nothing to remove" in host.hook("remove").stderr


def test_a_second_install_touches_nothing(site):
    host, paths = site
    host.hook("install")
    tree, files = host.tree(), identity(host, [*paths, host.layout.target])
    again = host.hook("install")
    assert again.returncode == 0
    assert "nothing to do" in again.stderr
    assert host.hook("plan").returncode == 0
    assert tree == host.tree()
    assert identity(host, [*paths, host.layout.target]) == files


def test_an_upgrade_in_between(site):
    host, paths = site
    before, files = host.tree(), identity(host, paths)
    host.hook("install")
    upgrade(host)
    assert is_switched_off(host, paths)
    assert "rr_min_io               200" in host.target.read_text()
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []
    assert identity(host, paths) == files


def test_without_the_record_the_bytes_come_back(site):
    host, paths = site
    host.hook("install")
    shutil.rmtree(host.at(RECORD))
    assert host.hook("status").returncode == 0
    assert host.hook("remove").returncode == 0
    assert all(host.at(path).read_text() == TEXT for path in paths)
    no_trace(host)


def test_the_record_lost_and_made_anew(site):
    host, paths = site
    host.hook("install")
    shutil.rmtree(host.at(RECORD))
    upgrade(host)
    assert is_switched_off(host, paths)
    assert host.hook("remove").returncode == 0
    assert all(host.at(path).read_text() == TEXT for path in paths)
    no_trace(host)


def test_edits_since_stay(site):
    host, paths = site
    host.hook("install")
    for path in paths:
        with open(host.at(path), "a", encoding="ascii") as file:
            file.write("# mine\n")
    assert host.hook("remove").returncode == 0
    assert all(host.at(path).read_text() == TEXT + "# mine\n" for path in paths)
    no_trace(host)


def test_an_update_puts_its_own_file_there(site):
    """The device is back with it: status says so, an install switches it off again."""
    host, paths = site
    host.hook("install")
    for path in paths:
        host.at(path).write_text(TEXT + "# newer\n")
    before = host.tree()
    status = host.hook("status", "--json")
    assert status.returncode == 1
    assert json.loads(status.stdout)["state"] == "drifted"
    assert snapshot.difference(before, host.tree()) == []
    assert host.hook("install").returncode == 0
    assert all(host.at(path).read_text() == SWITCHED + "# newer\n" for path in paths)
    assert host.hook("remove").returncode == 0
    assert all(host.at(path).read_text() == TEXT + "# newer\n" for path in paths)
    no_trace(host)


def test_a_file_that_is_gone_by_then(site):
    host, paths = site
    host.hook("install")
    for path in paths:
        host.at(path).unlink()
    assert host.hook("remove").returncode == 0
    assert not any(host.at(path).exists() for path in paths)
    no_trace(host)


def test_the_next_version_keeps(site):
    """Policy keep from now on: the administrator's device is on again and ours is out."""
    host, paths = site
    before, files = host.tree(), identity(host, paths)
    host.hook("install")
    upgrade(host, on_conflict="keep")
    assert all(host.at(path).read_text() == TEXT for path in paths)
    assert not host.target.exists()
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []
    assert identity(host, paths) == files


def test_a_pattern_read_later(make_host):
    """Not the same strings, but it would win on el7: custom.conf sorts behind our drop-in."""
    host = make_host("xcp-ng-8.3").unpack(on_conflict="replace")
    text = TEXT.replace('"OSNEXUS"', '"OSN.*"')
    host.at(CUSTOM).write_text(text)
    before = host.tree()
    assert host.hook("install").returncode == 0
    assert f'{OFF}\tvendor "OSN.*"\n' in host.at(CUSTOM).read_text()
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []


def test_a_pattern_read_before_is_left_alone(make_host):
    """In the main file it loses to ours on el7: nothing to switch off."""
    host = make_host("xs-7.6").unpack(on_conflict="replace")
    host.at(MAIN).write_text(TEXT.replace('"OSNEXUS"', '"OSN.*"'))
    text = host.at(MAIN).read_bytes()
    assert host.hook("install").returncode == 0
    assert host.at(MAIN).read_bytes() == text


@pytest.mark.parametrize("on_conflict", ["keep", "replace", "fail"])
@pytest.mark.parametrize("name", ["xs-7.6", "xcp-ng-8.3", "xs-9"])
def test_what_the_release_ships_is_no_conflict(make_host, name, on_conflict):
    """The main file is the release's own from 7.0 on: what it says, a drop-in is there to say anew (parsers-2.md P8)."""
    host = make_host(name).unpack(stanza=STANZA.replace("}", "features \"0\"\n}"), on_conflict=on_conflict)
    main = host.at("/etc/multipath.conf") if name == "xs-9" else host.at(MAIN)
    main.write_text(TEXT)
    assert (host.hook("check").stdout, host.hook("check").returncode) == ("", 0)
    assert host.hook("install").returncode == 0
    assert main.read_text() == TEXT
    status = json.loads(host.hook("status", "--json").stdout)
    assert status["state"] == "applied"
    assert {value["keyword"]: value["value"] for value in status["effective"][0]["values"]}["path_checker"] == "tur"


def test_fail_still_refuses(site):
    host, paths = site
    host.unpack(on_conflict="fail")
    refused(host, "already has a device for this array", "line 8")
    assert all(host.at(path).read_text() == TEXT for path in paths)


@pytest.mark.parametrize("name,path", [("xcp-ng-8.3", CUSTOM), ("xs-7.6", BEFORE)])
@pytest.mark.parametrize("flag,word", [("i", "immutable"), ("a", "append-only")])
def test_the_other_file_cannot_be_changed(on_ext4, name, path, flag, word):
    """Then neither is ours: not one of the two without the other."""
    host = on_ext4(name)
    host.unpack(on_conflict="replace")
    host.write(path, TEXT.encode())
    with flagged(flag, host.at(path)):
        refused(host, path, word, statuses=(1, 4))


def test_the_other_file_is_a_mount_point(private):
    host = private("xcp-ng-8.3")
    host.unpack(on_conflict="replace")
    host.at(CUSTOM).write_text(TEXT)
    host.bind(CUSTOM)
    refused(host, CUSTOM, "mount point")
    assert CUSTOM in reason_of(host.hook("check"))
