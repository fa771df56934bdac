# SPDX-License-Identifier: GPL-2.0-or-later
"""What is no single row of the table: two packs for one array, two devices of one pack, what plan shows, and that
nothing of the host's files commands a terminal."""
import json
import os
import pty
import re
import subprocess

import pytest
import snapshot
from fact_row import CONF_D, check_plain, device, devices, path_of, section, write_files
from host import LABEL, STANZA
from support import environment, run

HOSTS = ("xs-5.6", "xs-6.2", "xs-6.5", "xs-7.0", "xs-7.6", "xs-8.2", "xcp-ng-8.3", "xs-9")


def status(host, label=LABEL):
    return json.loads(host.hook("status", "--json", label=label).stdout)


def assert_in_force(host, label, rr_min_io):
    report = status(host, label)
    assert report["state"] == "applied", report["message"]
    ours = report["effective"][0]
    assert ours["in_force"] is True
    assert {value["keyword"]: value["value"] for value in ours["values"]}["rr_min_io"] == rr_min_io


# ---- a renamed pack (clients-2.md 5) ------------------------------------------------------------
@pytest.mark.parametrize("new", ["aaa-multipath", "osnexus-quantastor-multipath2", "zzz.multipath"])
@pytest.mark.parametrize("name", HOSTS)
def test_the_new_label_is_in_force_after_the_old_one_is_removed(make_host, name, new):
    host = make_host(name)
    before = host.tree()
    assert host.hook("install").returncode == 0
    host.unpack("2.0.0", STANZA.replace("100", "200"), label=new)
    done = host.hook("install", label=new)
    assert done.returncode == 0, done.stderr
    assert "already has a device" not in done.stderr
    assert host.hook("remove").returncode == 0
    host.erase()
    assert_in_force(host, new, "200")
    assert "nothing" in host.hook("install", label=new).stderr
    assert host.hook("remove", label=new).returncode == 0
    assert snapshot.difference(before, host.tree()) == []


@pytest.mark.parametrize("name", HOSTS)
def test_while_both_are_there_status_tells_which_counts(make_host, name):
    host = make_host(name)
    labels = {LABEL: "100", "zzz.multipath": "200"}
    for label, value in labels.items():
        host.unpack(stanza=STANZA.replace("100", value), label=label)
        assert host.hook("install", label=label).returncode == 0
    reports = {label: status(host, label) for label in labels}
    values = {label: next(value["value"] for value in report["effective"][0]["values"] if value["keyword"] == "rr_min_io")
              for label, report in reports.items()}
    assert len(set(values.values())) == 1, values
    for label, report in reports.items():
        assert (report["state"] == "applied") == (labels[label] == values[label]), report["message"]
        # Up to 6.5 the loser's block would be put in front again.
        assert report["state"] in ("applied", "overridden" if host.layout.drop_in else "drifted")


# ---- two devices of one pack, one in conflict ---------------------------------------------------
SECOND = device('vendor "OSNEXUS"', 'product "OTHERSTOR"', "path_checker tur", "failback 9")
THEIRS = {"the first": ("QUANTASTOR", 1), "the second": ("OTHERSTOR", 0)}


@pytest.mark.parametrize("which", THEIRS)
@pytest.mark.parametrize("name", HOSTS)
def test_the_other_device_still_gets_in(make_host, name, which):
    product, other = THEIRS[which]
    host = make_host(name).unpack(stanza=STANZA + SECOND)
    file = "custom.conf" if host.layout.drop_in else "main"
    write_files(host, {file: devices(device('vendor "OSNEXUS"', f'product "{product}"', "path_checker directio"))})
    before = host.tree()
    plan, done = host.hook("plan"), host.hook("install")
    assert (plan.returncode, done.returncode) == (10, 0), done.stderr
    assert f"{path_of(host.layout, file)}', line 2" in plan.stderr
    report = status(host)
    assert report["state"] == "conflict"
    assert "other device" in report["message"]
    assert [ours["in_force"] for ours in report["effective"]] == [other == 0, other == 1]
    assert f'"{product}"' not in host.target.read_text().partition("# BEGIN")[2].partition("# END")[0]
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []


@pytest.mark.parametrize("name", HOSTS)
def test_both_in_conflict_leave_nothing(make_host, name):
    host = make_host(name).unpack(stanza=STANZA + SECOND)
    file = "custom.conf" if host.layout.drop_in else "main"
    write_files(host, {file: devices(*(device('vendor "OSNEXUS"', f'product "{product}"', "path_checker directio")
                                       for product in ("QUANTASTOR", "OTHERSTOR")))})
    before = host.tree()
    plan, done = host.hook("plan"), host.hook("install")
    assert (plan.returncode, plan.stdout, done.returncode) == (0, "", 0)
    assert "not be in use" in plan.stderr
    assert "not in use" in done.stderr
    assert snapshot.difference(before, host.tree()) == []
    assert status(host)["state"] == "conflict"


# ---- plan ---------------------------------------------------------------------------------------
def changed(diff):
    return [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize(("old", "new"), [("tur", "directio"), ("multibus", "failover"),
                                          ("failback                immediate", "failback immediate"),
                                          ("rr_min_io               100", "rr_min_io 7")])
@pytest.mark.parametrize("name", HOSTS)
def test_an_edited_line_is_one_line_of_the_plan(make_host, name, old, new):
    host = make_host(name)
    host.hook("install")
    text = host.target.read_text()
    begin, end = text.index(f"# BEGIN {LABEL}"), text.index(f"# END {LABEL}")
    block = text[begin:end]
    edited = block.replace(old, new)
    assert edited != block
    host.target.write_text(text[:begin] + edited + text[end:])
    plan = host.hook("plan")
    assert plan.returncode == 10
    theirs = next(line for line in edited.splitlines() if line not in block.splitlines())
    ours = next(line for line in block.splitlines() if line not in edited.splitlines())
    assert changed(plan.stdout) == [f"-{theirs}", f"+{ours}"]


@pytest.mark.parametrize("name", HOSTS)
def test_a_new_version_is_the_marker_and_what_it_changes(make_host, name):
    host = make_host(name)
    host.hook("install")
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    plan = host.hook("plan")
    lines = changed(plan.stdout)
    assert [line[0] for line in lines] == ["-", "+", "-", "+"], lines
    assert "1.0.1" in lines[1]
    assert lines[3].endswith("200")


@pytest.mark.parametrize("name", HOSTS)
def test_plan_says_why_nothing_would_change(make_host, name):
    host = make_host(name)
    host.hook("install")
    plan = host.hook("plan")
    assert (plan.returncode, plan.stdout) == (0, "")
    assert "nothing would change" in plan.stderr
    assert host.layout.target in plan.stderr


# ---- an administrator's device that comes later (P10.3) -----------------------------------------
@pytest.mark.parametrize("vendor", ["OSNEXUS", ".*OSNEXUS", "OSNEXUS|OTHER"])
@pytest.mark.parametrize("name", ["xs-7.0", "xs-7.6"])
def test_what_kills_the_parser_later_is_told(make_host, name, vendor):
    host = make_host(name)
    before = host.tree()
    assert host.hook("install").returncode == 0
    write_files(host, {"custom.conf": devices(device(f'vendor "{vendor}"', 'product "QUANTASTOR.*"', "no_path_retry 12"))})
    report = status(host)
    assert report["state"] == "refused"
    assert "dies" in report["message"]
    assert f"{CONF_D}/custom.conf', line 2" in report["message"]
    check, done = host.hook("check"), host.hook("install")
    assert (check.returncode, done.returncode) == (1, 1)
    assert "dies" in check.stdout + done.stderr
    assert host.hook("remove").returncode == 0
    host.at(f"{CONF_D}/custom.conf").unlink()
    host.at(CONF_D).rmdir()
    assert snapshot.difference(before, host.tree()) == []


# ---- what commands a terminal -------------------------------------------------------------------
ESCAPES = ("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x08\x08\x08", "\x7f", "\r", "\x0e")


def on_a_terminal(host, *words):
    """All that a command writes to a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([f"{host.root}/opt/{LABEL}/bin/multipath-hook", *words, "--root", str(host.root)],
                               stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, env=environment(PATH=None))
    os.close(slave)
    said = b""
    while True:
        try:
            got = os.read(master, 4096)
        except OSError:
            got = b""
        if not got:
            break
        said += got
    os.close(master)
    process.wait()
    return said.replace(b"\r\n", b"\n").decode("utf-8", "surrogateescape")


def assert_plain(said):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\udc80-\udcff]", said), repr(said)


@pytest.mark.parametrize("escape", ESCAPES, ids=ascii)
@pytest.mark.parametrize(("name", "file"), [("xs-6.2", "main"), ("xs-6.5", "main"), ("xs-7.6", "custom.conf"),
                                            ("xs-9", "custom.conf")])
def test_no_byte_of_the_hosts_files_commands_a_terminal(make_host, name, file, escape):
    host = make_host(name)
    text = (section("blacklist", device('vendor "OSNEXUS|' + escape + '"'), f'wwid "{escape}"') +
            devices(device('vendor "OSNEXUS"', 'product "QUANTA.*"', f'path_checker "{escape}"', f"failback {escape}7"),
                    device(f'vendor "{escape}"', f'product "{escape}"')) + f"# {escape}\n")
    write_files(host, {file: text})
    said = [on_a_terminal(host, word) for word in ("plan", "check", "install", "status", "plan", "remove")]
    host.hook("install")
    for done in (host.hook("status", "--json"), host.hook("status"), host.hook("check")):
        check_plain(done)
    for one in said:
        assert_plain(one)
    assert any(one for one in said)


@pytest.mark.parametrize("escape", ESCAPES, ids=ascii)
def test_no_byte_of_a_files_name_commands_a_terminal(make_host, escape):
    host = make_host("xs-8.2")
    path = f"{CONF_D}/z{escape}.conf"
    host.write(path, devices(device('vendor "OSNEXUS"', 'product "QUANTASTOR"', "failback 3")).encode())
    for word in ("plan", "check", "install", "status", "remove"):
        assert_plain(on_a_terminal(host, word))
    done = host.hook("status", "--json")
    check_plain(done)
    assert json.loads(done.stdout)["state"] == "conflict"
    host.write(path, b"blacklist {\n\tdevice {\n\t\tvendor OSNEXUS\n\t}\n}\n")
    for word in ("plan", "check", "install", "status", "remove"):
        assert_plain(on_a_terminal(host, word))


@pytest.mark.parametrize("escape", ESCAPES[:4], ids=ascii)
def test_no_byte_of_the_inventory_commands_a_terminal(make_host, escape):
    host = make_host("xs-8.2")
    host.write("/etc/xensource-inventory", f"PRODUCT_BRAND='Xen{escape}'\nPRODUCT_VERSION='8.2.1{escape}'\n".encode())
    for word in ("plan", "check", "install", "status", "remove"):
        assert_plain(on_a_terminal(host, word))
    check_plain(host.hook("status", "--json"))


# ---- multipathing, --version --------------------------------------------------------------------
@pytest.mark.parametrize(("files", "told"), [((), "unknown"), (("/var/run/nonpersistent/x",), "off"),
                                             (("/var/run/nonpersistent/multipath_enabled",), "on")])
@pytest.mark.parametrize("name", ["xs-6.5", "xs-7.6", "xs-9"])
def test_multipathing_is_what_the_host_shows(make_host, name, files, told):
    host = make_host(name)
    for file in files:
        host.write(file, b"")
    assert status(host)["multipathing"] == told
    host.hook("install")
    assert status(host)["multipathing"] == told
    assert f"multipathing {told}" in host.hook("status").stdout


def test_version(native_hook):
    done = run([native_hook, "--version"], env=environment(PATH=None))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"multipath-hook [0-9.]+\n", done.stdout)
