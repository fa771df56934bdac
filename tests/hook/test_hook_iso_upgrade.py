# SPDX-License-Identifier: GPL-2.0-or-later
"""What an upgrade from an ISO leaves of us, the files that updates leave beside ours; what status says of both."""
import json
import os
import re
import shutil

import pytest
import snapshot
from host import LABEL, STANZA, Host, layouts
from places import BEGIN, DROP_INS, MERGED, RECORD, no_trace

CONF_D, ETC = "/etc/multipath/conf.d", "/etc/multipath.conf"
SUFFIXES = (".bak", ".old", ".rpmnew", ".rpmorig", ".rpmsave", "~")
KEYS = ["beside", "block_sha256", "block_version", "daemon", "dialect", "effective", "file", "file_sha256", "label", "line",
        "maps", "message", "multipathing", "next", "record", "release", "schema", "settings", "state", "unmapped", "uuid",
        "version", "why"]


def status(host):
    """The report, whose exit status agrees with its state and whose text says the same."""
    done = host.hook("status", "--json")
    report = json.loads(done.stdout)
    assert list(report) == KEYS
    assert (done.returncode == 0) == (report["state"] == "applied")
    text = host.hook("status")
    assert text.returncode == done.returncode
    assert text.stdout.splitlines()[0] == f"{LABEL} {report['version']}: {report['state']}"
    beside = [line.split(None, 1)[1] for line in text.stdout.splitlines() if line.split()[0] == "beside"]
    assert beside == report["beside"] == sorted(report["beside"])
    return report


def state_of(host):
    return status(host)["state"]


def mended(host):
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    report = status(host)
    assert (report["state"], report["record"], report["block_version"]) == ("applied", True, report["version"])
    assert host.at(report["file"]).read_bytes().count(BEGIN) == 1


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
def test_the_keys_of_a_host_as_it_should_be(make_host, name):
    host = make_host(name)
    report = status(host)
    assert (report["state"], report["record"]) == ("missing", False)
    assert (report["block_version"], report["beside"]) == (None, [])
    mended(host)
    assert status(host)["message"] is None
    host.hook("remove")
    assert (status(host)["record"], status(host)["block_version"]) == (False, None)


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
def test_our_block_restored_and_the_record_gone(make_host, name):
    host = make_host(name)
    pristine = host.target.read_bytes() if host.target.exists() else None
    host.hook("install")
    shutil.rmtree(host.at(RECORD))
    report = status(host)
    assert (report["state"], report["record"], report["block_version"]) == ("applied", False, "1.0.0")
    info = os.stat(host.target)
    mended(host)
    assert os.stat(host.target).st_ino == info.st_ino
    assert host.hook("remove").returncode == 0
    assert (host.target.read_bytes() if host.target.exists() else None) == pristine
    no_trace(host)


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
def test_an_older_block_restored_and_the_record_gone(make_host, name):
    host = make_host(name)
    pristine = host.target.read_bytes() if host.target.exists() else None
    host.hook("install")
    shutil.rmtree(host.at(RECORD))
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    report = status(host)
    assert (report["state"], report["record"], report["version"]) == ("drifted", False, "1.0.1")
    assert report["block_version"] == "1.0.0"
    mended(host)
    assert host.hook("remove").returncode == 0
    assert (host.target.read_bytes() if host.target.exists() else None) == pristine
    no_trace(host)


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
@pytest.mark.parametrize("also", ["", "# of the new release\n"])
def test_the_pristine_file_is_back_and_the_record_still_there(make_host, name, also):
    host = make_host(name)
    pristine = host.target.read_bytes() + also.encode() if host.target.exists() else None
    host.hook("install")
    host.target.unlink()
    if pristine is not None:
        host.write(host.layout.target, pristine)
    report = status(host)
    assert (report["state"], report["record"], report["block_version"]) == ("missing", True, None)
    before = os.stat(host.target).st_ino if pristine else None
    mended(host)
    assert host.hook("remove").returncode == 0
    assert (host.target.read_bytes() if host.target.exists() else None) == pristine
    assert (os.stat(host.target).st_ino if pristine else None) == before
    no_trace(host)


@pytest.mark.parametrize("name", DROP_INS)
def test_conf_d_is_gone_and_the_record_still_there(make_host, name):
    host = make_host(name)
    host.hook("install")
    shutil.rmtree(host.at(CONF_D))
    without = {path: what for path, what in host.tree().items() if not path.startswith(RECORD)}
    report = status(host)
    assert (report["state"], report["record"]) == ("missing", True)
    assert report["file_sha256"] is None
    mended(host)
    assert host.hook("remove").returncode == 0
    no_trace(host)
    assert snapshot.difference(without, host.tree()) == []  # the folder was made by us this time


@pytest.mark.parametrize("name", DROP_INS)
def test_removal_when_conf_d_is_gone(make_host, name):
    host = make_host(name)
    host.hook("install")
    shutil.rmtree(host.at(CONF_D))
    without = {path: what for path, what in host.tree().items() if not path.startswith(RECORD)}
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(without, host.tree()) == []


def become(host, name):
    """The same root after the ISO upgrade: the new release's files, the old main file kept as .bak (CA-150889)."""
    old = host.target.read_bytes()
    for path in ("/etc/multipath.conf", "/etc/alternatives", "/etc/multipath.xenserver", "/etc/multipath"):
        path = host.at(path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    host = Host(host.root, layouts.BY_NAME[name], host.program).make()
    host.write("/etc/multipath.conf.bak", old)
    return host


@pytest.mark.parametrize("new", ["xs-7.6", "xcp-ng-8.3", "xs-9"])
@pytest.mark.parametrize("old", MERGED)
@pytest.mark.parametrize("record", ["kept", "gone"])
def test_a_release_that_reads_another_file(make_host, old, new, record):
    host = make_host(old)
    host.hook("install")
    host = become(host, new)
    backup = host.at("/etc/multipath.conf.bak").read_bytes()
    assert BEGIN in backup
    without = {path: what for path, what in host.tree().items() if not path.startswith(RECORD)}
    if record == "gone":
        shutil.rmtree(host.at(RECORD))
    report = status(host)
    assert (report["state"], report["record"]) == ("missing", record == "kept")
    assert report["file"] == host.layout.target
    assert report["beside"] == ["/etc/multipath.conf.bak"]
    mended(host)
    assert host.hook("remove").returncode == 0
    assert host.at("/etc/multipath.conf.bak").read_bytes() == backup
    assert snapshot.difference(without, host.tree()) == []
    no_trace(host)


def test_a_release_that_reads_another_file_while_the_old_one_stays(make_host):
    """The main file was restored with our block in it: it goes there and comes to conf.d."""
    host = make_host("xs-6.5")
    pristine = host.target.read_bytes()
    host.hook("install")
    ours = host.target.read_bytes()
    host = become(host, "xs-7.6")
    host.at("/etc/multipath.conf.bak").unlink()
    host.write("/etc/multipath.xenserver/multipath.conf", ours)
    assert host.hook("install").returncode == 0
    assert host.target.read_bytes().count(BEGIN) == 1
    assert host.at("/etc/multipath.xenserver/multipath.conf").read_bytes() == pristine
    # 6.5's own file blacklists every wwid, and the storage manager of 7.6 lifts none any more.
    report = status(host)
    assert (report["state"], report["effective"][0]["kept_off"]["by"]) == ("blacklisted", "blacklist wwid")
    assert host.hook("remove").returncode == 0
    assert host.at("/etc/multipath.xenserver/multipath.conf").read_bytes() == pristine
    no_trace(host)


# ---- what lies beside ------------------------------------------------------------------------

@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
def test_what_updates_left_beside_is_told_and_left_alone(make_host, name):
    host = make_host(name)
    places = sorted({f"{path}{suffix}" for path in (host.layout.target, ETC) for suffix in SUFFIXES})
    made = host.at(CONF_D).exists()
    for index, path in enumerate(places):
        host.write(path, f"# {index}\n".encode())
        host.at(path).chmod(0o600 + index)
        os.utime(host.at(path), ns=(10**18, 10**18 + index))
    if host.layout.drop_in and not made:
        host.at(CONF_D).chmod(0o755)
    before = host.tree()
    stats = {path: os.stat(host.at(path)) for path in places}

    def untouched():
        for path, info in stats.items():
            now = os.stat(host.at(path))
            assert (now.st_ino, now.st_mtime_ns, now.st_nlink) == (info.st_ino, info.st_mtime_ns, info.st_nlink)
    assert status(host)["beside"] == places
    mended(host)
    assert status(host)["beside"] == places
    host.unpack("1.0.1")
    mended(host)
    untouched()
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []
    untouched()


def test_other_names_are_not_told(make_host):
    """Only copies of the file: not its neighbours, and no folder."""
    host = make_host("xs-6.5")
    for name in ("/etc/multipath.confx", "/etc/xmultipath.conf.bak", "/etc/multipath.xenserver/other.conf.bak"):
        host.write(name, b"")
    host.at("/etc/multipath.conf.d").mkdir()
    assert status(host)["beside"] == []


def test_paths_in_the_report_are_as_they_are(make_host):
    """JSON is UTF-8: a name that is not ASCII comes out as it went in."""
    host = make_host("xs-6.2")
    real = "/srv/Ger\u00e4te \"x\"\\/m\u00fcltipath.conf"
    host.at(real).parent.mkdir(parents=True)
    os.rename(host.target, host.at(real))
    host.target.symlink_to(real)
    host.write(f"{real}.bak", b"")
    report = status(host)
    assert report["file"] == real
    assert report["beside"] == [f"{real}.bak"]


# ---- pending ---------------------------------------------------------------------------------

def test_pending_only_while_a_daemon_runs(make_host):
    """A record that says so from before a reboot counts for nothing where no daemon of this root runs."""
    host = make_host("xs-6.5")
    host.hook("install")
    record = host.at(f"{RECORD}/state")
    text, count = re.subn(r"(?m)^pending=0$", "pending=1", record.read_text())
    assert count == 1
    record.write_text(text)
    report = status(host)
    assert (report["state"], report["daemon"]) == ("applied", "none")
    assert host.hook("install").returncode == 0
