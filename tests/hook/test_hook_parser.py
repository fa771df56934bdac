# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's own parser judges before anything is written, for check as for install and with or without a daemon: a
stand-in of it (multipath_stand_in.c) that dies, hangs, refuses or complains where a file tells it to."""
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import snapshot
from daemon import ERAS
from host import LABEL, STANZA, Host
from places import reason_of
from support import environment

EL7 = next(case for case in ERAS if case.era == "el7")
CUSTOM = "/etc/multipath/conf.d/custom.conf"
# Without the right to a mount namespace, as in some containers: only what is on the disk can be judged.
NO_MOUNTS = ["/usr/bin/setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]


@pytest.fixture
def parser(hook):
    """parser(host): its multipath program is the stand-in."""
    def put(host):
        for path in ("/sbin/multipath", "/usr/sbin/multipath"):
            host.at(path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(hook.parents[2] / "bin" / "multipath-stand-in.x86_64", host.at(path))
        return host
    return put


@pytest.fixture(params=["xs-8.2", "xs-6.5"])
def host(request, make_host, parser):
    """With a drop-in, and with a file that is edited."""
    return parser(make_host(request.param))


def quiet_tree(host):
    return {path: what for path, what in host.tree().items() if not path.startswith(("/run", "/var/run"))}


def stanza(*what):
    return STANZA.replace("}\n", "".join(f"      stand_in {line}\n" for line in what) + "}\n")


def tell_host(host, *what):
    """In a file of the host's own."""
    path = host.at(CUSTOM) if host.layout.drop_in else host.target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "\n" + "".join(f"stand_in {line}\n" for line in what))


def refused(host, *words, call=Host.hook, most_s=20):
    """By check and install, in the same words, with nothing changed."""
    before = quiet_tree(host)
    start = time.monotonic()
    check = call(host, "check")
    install = call(host, "install")
    assert time.monotonic() - start < 2 * most_s
    assert (check.returncode, install.returncode) == (1, 1), (check.stdout, install.stderr)
    assert snapshot.difference(before, quiet_tree(host)) == []
    assert reason_of(check) in install.stderr
    for word in words:
        assert word in install.stderr
    return install.stderr


@pytest.mark.parametrize("what,words", [
    (["dies"], ["dies of signal 11"]),
    (["loops"], ["did not finish", "10 s"]),
    (["silent"], ["did not finish"]),
    (["says wrong", "rejects"], ["refuses the configuration", "wrong"]),
    (["rejects"], ["refuses the configuration"]),
    (["says this is new", "says and so is this"], ["complains", "this is new", "and so is this"]),
], ids=lambda value: value[0] if value[0].split()[0] in ("dies", "loops", "silent", "says", "rejects") else "")
@pytest.mark.parametrize("served", [False, True], ids=["alone", "served"])
def test_what_the_parser_does_not_take_is_not_written(host, daemon, call, what, words, served):
    host.unpack("1.0.0", stanza(*what))
    if not served:
        refused(host, *words)
        return
    server = daemon(host, EL7)
    refused(host, *words, call=call)
    assert "reconfigure" not in server.log()


def test_the_new_complaint_is_named_and_not_the_old_ones(host):
    """P10.13. What moved by a line is no news, and what is said twice now is."""
    tell_host(host, "says an old one", "says the last old one")
    host.unpack("1.0.0", stanza("says an old one", "says a new one"))
    said = refused(host, "a new one", "an old one")
    assert "the last old one" not in said
    host.unpack("1.0.0", stanza("says a new one"))
    said = refused(host, "a new one")
    assert "old" not in said
    host.unpack("1.0.0", STANZA)
    assert host.hook("check").returncode == 0
    done = host.hook("install")
    assert done.returncode == 0, done.stderr


def test_many_complaints_are_named_up_to_a_bound(host):
    host.unpack("1.0.0", stanza(*(f"says complaint number {n} of many" for n in range(40))))
    said = refused(host, "complaint number 0", "complaint number 3", "more")
    assert len(said) < 800


def test_a_parser_that_died_before_is_reason_enough(host):
    """P10.3: not worse than before, and deadly all the same."""
    tell_host(host, "dies")
    refused(host, "dies of signal 11")


def test_what_heals_the_parser_is_taken(make_host, parser):
    """A new version of the pack that mends what the old one did."""
    host = make_host("xs-8.2")
    host.unpack("1.0.0", stanza("dies"))
    assert host.hook("install").returncode == 0, "no program here to judge it"
    parser(host).unpack("1.0.1", STANZA)
    assert host.hook("check").returncode == 0
    done = host.hook("install")
    assert done.returncode == 0, done.stderr


def test_a_file_in_place_that_kills_the_parser_is_not_loaded(make_host, parser, daemon, call):
    """P10.3: without a dry run the daemon died, and the hook told of a file that was back."""
    host = make_host("xs-8.2")
    server = daemon(host, EL7)
    host.unpack("1.0.0", stanza("dies"))
    assert call(host, "install", "--no-reload").returncode == 0
    parser(host)
    before = quiet_tree(host)
    done = call(host, "install")
    assert done.returncode == 1
    assert "dies of signal 11" in done.stderr and "this run changed no file" in done.stderr
    assert "is back" not in done.stderr
    assert snapshot.difference(before, quiet_tree(host)) == []
    assert "reconfigure" not in server.log()


def test_a_removal_does_not_reload_what_kills_the_daemon(make_host, parser, daemon, call):
    host = parser(make_host("xs-8.2"))
    assert call(host, "install").returncode == 0
    tell_host(host, "dies")
    server = daemon(host, EL7)
    done = call(host, "remove")
    assert done.returncode == 5
    assert "dies of signal 11" in done.stderr and "multipathd still has the settings" in done.stderr
    assert "reconfigure" not in server.log()


@pytest.mark.parametrize("what", ["dies", "says a new one"])
@pytest.mark.parametrize("served", [False, True], ids=["alone", "served"])
def test_where_no_namespace_is_to_be_had_the_file_comes_back(host, daemon, call, what, served):
    host.unpack("1.0.0", stanza(what))
    before = quiet_tree(host)
    server = daemon(host, EL7) if served else None
    assert call(host, "check", before=NO_MOUNTS).returncode == 0, "it could not be asked"
    done = call(host, "install", before=NO_MOUNTS)
    assert done.returncode == 1, done.stderr
    assert what.rpartition("says ")[2] in done.stderr and "the previous file is back" in done.stderr
    assert snapshot.difference(before, quiet_tree(host)) == []
    assert not server or "reconfigure" not in server.log()


def test_nobody_else_sees_the_trial(make_host, parser):
    """What check lays over the files is in a namespace of its own, whatever the mounts around it propagate."""
    host = parser(make_host("xs-8.2"))
    host.unpack("1.0.0", stanza("loops"))
    before = quiet_tree(host)
    argv = ["/usr/bin/unshare", "--mount", "--propagation", "shared",
            f"{host.root}/opt/{LABEL}/bin/multipath-hook", "check", "--root", host.root]
    with subprocess.Popen(argv, env=environment(PATH=None), stdout=subprocess.DEVNULL) as process:
        seen = 0
        while process.poll() is None:
            seen += 1
            mounts = Path("/proc/self/mountinfo").read_text()
            assert str(host.root) not in mounts
            try:
                inside = Path(f"/proc/{process.pid}/mountinfo").read_text()
            except OSError:
                break
            assert str(host.root) not in inside
            assert snapshot.difference(before, quiet_tree(host)) == []
            time.sleep(0.5)
        assert seen > 5 and process.returncode == 1


def test_a_replaced_device_of_another_file_is_judged_too(make_host, parser):
    """on-conflict = replace: two files change, and the parser sees both as they would be."""
    host = parser(make_host("xcp-ng-8.3"))
    theirs = STANZA.replace("}\n", "      stand_in dies\n}\n")
    host.write(CUSTOM, f"devices {{\n{theirs}}}\n".encode())
    host.unpack("1.0.0", STANZA, on_conflict="replace")
    assert host.hook("check").returncode == 0, "with that device switched off it does not die"
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    assert "# stand_in" in host.at(CUSTOM).read_text().replace(f"#{LABEL}", "").replace("      ", "")
