# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's own parser is asked first: `multipath -t`, this machine's real one, copied into a XenServer 9 root."""
import json
import re
import shutil
import subprocess

import pytest
import snapshot
from daemon import ERAS
from host import LABEL, STANZA
from places import reason_of
from support import must

CASE = next(case for case in ERAS if case.era == "modern")
# One diagnostic of 0.9.4 each.
BAD_LINES = {"unknown": "no_such_keyword yes", "deprecated": 'getuid_callout "/sbin/scsi_id -g"',
             "number": "rr_min_io many", "enum": "path_grouping_policy sometimes", "quote": 'alias_prefix "x'}


@pytest.fixture(scope="module")
def program():
    """The program with its libraries: where each file is and where it has to be."""
    found = shutil.which("multipath", path="/usr/sbin:/sbin")
    if not found:
        pytest.skip("no multipath program on this machine (multipath-tools)")
    said = must(["ldd", found]).stdout
    return ["/sbin/multipath", *re.findall(r"(/\S+) \(0x", said)]


@pytest.fixture
def host(make_host, program):
    host = make_host("xs-9")
    for path in program:
        host.at(path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, host.at(path))
    clean = dry_run(host)
    assert clean == (0, 0), f"the host complains by itself: {clean}"
    return host


def dry_run(host):
    """exit status, number of diagnostics"""
    done = subprocess.run(["/usr/sbin/chroot", host.root, "/sbin/multipath", "-t"], capture_output=True, text=True,
                          check=False)
    return done.returncode, sum(" | " in line for line in (done.stdout + done.stderr).splitlines())


def quiet_tree(host):
    return {path: what for path, what in host.tree().items() if not path.startswith(("/run", "/var/run"))}


def with_line(line):
    return STANZA.replace("}\n", f"      {line}\n}}\n")


def test_a_clean_stanza_is_taken(host, daemon, call):
    before = quiet_tree(host)
    server = daemon(host, CASE)
    done = call(host, "install")
    assert done.returncode == 0, done.stderr
    assert json.loads(call(host, "status", "--json").stdout)["dialect"] == "0.4.7"
    assert server.log().count("reconfigure") == 1
    assert dry_run(host) == (0, 0)
    assert call(host, "remove").returncode == 0
    assert snapshot.difference(before, quiet_tree(host)) == []


@pytest.mark.parametrize("kind", list(BAD_LINES))
def test_one_the_parser_complains_of_is_refused(host, daemon, call, kind):
    before = quiet_tree(host)
    host.unpack("1.0.0", with_line(BAD_LINES[kind]))
    # P10.8, P10.12: check says what install will say, and without a daemon it is said as well.
    server = None
    for run in (host.hook, lambda *words: call(host, *words)):
        check, done = run("check"), run("install")
        assert (check.returncode, done.returncode) == (1, 1), done.stderr
        assert reason_of(check) in done.stderr and "multipath -t" in done.stderr
        server = server or daemon(host, CASE)
    assert "reconfigure" not in server.log()
    assert snapshot.difference(before, quiet_tree(host)) == []
    # and it was the parser that would have complained
    assert host.hook("install", "--no-reload").returncode in (0, 1)
    if host.target.exists():
        assert dry_run(host)[1] > 0


def test_an_upgrade_the_parser_complains_of_leaves_the_old_block(host, daemon, call):
    server = daemon(host, CASE)
    assert call(host, "install").returncode == 0
    before, told = quiet_tree(host), server.log().count("reconfigure")
    host.unpack("1.0.1", with_line(BAD_LINES["unknown"]))
    assert call(host, "install").returncode == 1
    assert server.log().count("reconfigure") == told
    assert snapshot.difference(before, quiet_tree(host)) == []
    host.unpack("1.0.2", STANZA.replace("100", "200"))
    assert call(host, "install").returncode == 0
    assert server.log().count("reconfigure") == told + 1


def test_what_was_complained_of_before_is_not_ours(host, daemon, call):
    """An administrator's own mistake does not keep the pack out."""
    custom = host.at("/etc/multipath/conf.d/custom.conf")
    custom.write_text(custom.read_text() + "defaults {\n  no_such_keyword 1\n}\n")
    assert dry_run(host) == (0, 1)
    daemon(host, CASE)
    assert call(host, "install").returncode == 0
    assert dry_run(host) == (0, 1)
    host.unpack("1.0.1", with_line(BAD_LINES["unknown"]))
    assert call(host, "install").returncode == 1, "one more than before is still refused"
    assert dry_run(host) == (0, 1)


def test_the_parser_is_asked_before_anything_is_written_and_before_the_daemon(host, daemon, call, tmp_path):
    """Inside the root, with -t: of what is there, of what would be, and once more of what the daemon would read."""
    trace = tmp_path / "trace"
    daemon(host, CASE)
    host.unpack()
    shutil.copy2(host.program.parents[1] / "libexec/suppack/multipath-hook.x86_64",
                 f"{host.root}/opt/{LABEL}/bin/multipath-hook")
    done = call(host, "install", before=["/usr/bin/strace", "-f", "-o", trace, "-s", "200",
                                         "-e", "trace=execve,rename,chroot,sendto"])
    assert done.returncode == 0, done.stderr
    events = []
    for line in trace.read_text().splitlines():
        if '["/sbin/multipath", "-t"]' in line:
            events.append("dry run")
        elif "rename(" in line and f'custom-{LABEL}.conf"' in line:
            events.append("replaced")
        elif '"reconfigure' in line:
            events.append("told")
    assert events == ["dry run", "dry run", "replaced", "dry run", "told"]
