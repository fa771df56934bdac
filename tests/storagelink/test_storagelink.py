# SPDX-License-Identifier: GPL-2.0-or-later
"""storagelink-hook.exe on wine: the service, the installer, the file; and what each failure leaves."""
import os
import re
import shutil
import stat

import pytest

from support import must
from wine_server import CONFIG, RULE, windows, with_entry

pytestmark = pytest.mark.xdist_group("wine")


def said(done, status):
    """The one line on stderr."""
    assert done.returncode == status, done.stdout + done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("storagelink-hook: ")
    return line


def assert_untouched(server, *events):
    assert server.config.read_bytes() == CONFIG
    assert server.left() == ["scsi_device_id_config.xml"]
    assert server.events == list(events)


def test_install_status_remove(server):
    server.register()
    assert server.ask() == (1, {
        "config": windows(server.config), "label": "acme-mp", "product": "QUANTASTOR1", "reason": "", "schema": 1,
        "service": "running", "state": "missing", "vendor": "OSNEXUS", "version": "2.0.0.4"})
    assert "version 2.0.0.4 -> 2.0.0.5; the service was stopped and runs again" in said(server.run("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert server.original.read_bytes() == CONFIG
    assert server.events == ["stop 2.0.0.4", "start 2.0.0.5 ours"]
    status, answer = server.ask()
    assert (status, answer["state"], answer["version"], answer["service"]) == (0, "applied", "2.0.0.5", "running")
    before = server.config.stat()
    assert "nothing to do" in said(server.run("install"), 0)
    assert server.config.stat() == before
    assert "took out" in said(server.run("remove"), 0)
    assert server.config.read_bytes() == CONFIG.replace(b"2.0.0.4", b"2.0.0.6")
    assert server.left() == ["scsi_device_id_config.xml"]
    assert server.events[2:] == ["stop 2.0.0.5 ours", "start 2.0.0.6"]
    assert "nothing to do" in said(server.run("remove"), 0)
    assert len(server.events) == 4


def test_a_stopped_service_stays_stopped(server):
    server.register(start=False)
    assert "the service stopped" in said(server.run("install"), 0)
    assert server.events == [] and server.ask()[1]["service"] == "stopped"


def test_without_the_service(server):
    line = said(server.run("install"), 1)
    assert "no service 'storagelink', by key or display name" in line
    assert_untouched(server)
    assert "the service absent" in said(server.edit("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert server.ask()[1]["service"] == "absent"


def test_x86_and_x64(server, program):
    """The shipped program, and the same sources for x86_64, which all other tests run where wine has no x86."""
    if not server.wine.runs_x86:
        pytest.skip("wine runs no x86 here: unpack libwine:i386 (apt-get download, dpkg -x) and set SUPPACK_WINE32 to "
                    "its usr/lib/i386-linux-gnu/wine")
    for built, machine in (("libexec/suppack/storagelink-hook.exe", 0x14C), ("tests/storagelink-hook.x86_64.exe", 0x8664)):
        shutil.copy(program(built), server.exe)
        data = program(built).read_bytes()
        at = int.from_bytes(data[0x3C:0x40], "little")
        assert int.from_bytes(data[at + 4:at + 6], "little") == machine
        server.config.write_bytes(CONFIG)
        said(server.edit("install"), 0)
        assert server.config.read_bytes() == with_entry(CONFIG) and server.ask()[0] == 0
        said(server.edit("remove"), 0)
        assert server.left() == ["scsi_device_id_config.xml"]


def test_slow_services_are_waited_for(server):
    server.register()
    server.behave("slow")
    said(server.run("install"), 0)
    assert server.events == ["stop 2.0.0.4", "start 2.0.0.5 ours"]


def test_the_installer_runs_while_the_service_is_stopped(server):
    server.register()
    said(server.run("install", *server.adapter()), 0)
    assert server.events == ["stop 2.0.0.4", "adapter 2.0.0.4", "start 2.0.0.5 ours"]


def test_an_installer_that_starts_the_service(server):
    server.register()
    said(server.run("install", *server.adapter(action="start")), 0)
    assert server.events == ["stop 2.0.0.4", "adapter 2.0.0.4", "start 2.0.0.4", "stop 2.0.0.4", "start 2.0.0.5 ours"]


def test_an_installer_that_wants_a_restart(server):
    server.register()
    assert "wants this machine to be restarted" in said(server.run("install", *server.adapter(3010)), 3010 & 0xFF)
    assert server.config.read_bytes() == with_entry(CONFIG)


def test_the_installer_runs_for_an_entry_that_is_there(server):
    server.register()
    server.config.write_bytes(with_entry(CONFIG))
    said(server.run("install", *server.adapter()), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert server.events == ["stop 2.0.0.5 ours", "adapter 2.0.0.5 ours", "start 2.0.0.5 ours"]


@pytest.mark.parametrize("action", ["none", "spoil"])
def test_failing_installer(server, action):
    server.register()
    line = said(server.run("install", *server.adapter(3, action)), 5)
    assert "ended with status 3" in line and line.endswith("; the service runs again")
    assert_untouched(server, "stop 2.0.0.4", "adapter 2.0.0.4", "start 2.0.0.4")


def test_no_installer(server):
    """All that is no program is found before anything is touched."""
    server.register()
    (server.pack / "a.msi").write_bytes(b"MZ")
    (server.pack / "a.exe").write_bytes(b"#!")
    for path, word in (("C:\\no such.exe", "cannot read the installer"), (windows(server.pack), "is a folder"),
                       (windows(server.pack / "a.msi"), "a package of Windows Installer"),
                       (windows(server.pack / "a.exe"), "is not a program")):
        assert word in said(server.run("install", "--adapter", path), 1)
    assert_untouched(server)


def test_arguments_for_the_installer(server):
    server.register()
    said(server.run("install", *server.adapter(action="words"), "--adapter-args", '/S "two words"'), 0)
    assert server.events == ["stop 2.0.0.4", "adapter 2.0.0.4", 'words /S "two words"', "start 2.0.0.5 ours"]


@pytest.mark.parametrize("status, action", [(0, "delete"), (3, "delete"), (0, "garble"), (3, "garble")])
def test_an_installer_that_loses_the_file(server, status, action):
    server.register()
    line = said(server.run("install", *server.adapter(status, action)), 5)
    assert "; the file is as it was; the service runs again" in line
    assert_untouched(server, "stop 2.0.0.4", "adapter 2.0.0.4", "start 2.0.0.4")


def test_a_service_known_by_its_display_name(server):
    server.register(key="CtxStorageLink", more=("displayname=", "storagelink"))
    said(server.run("install"), 0)
    assert server.events == ["stop 2.0.0.4", "start 2.0.0.5 ours"] and server.ask()[1]["service"] == "running"


def test_a_disabled_service_is_not_stopped(server):
    server.register()
    assert server.wine.run(server.stand_in, "start-type", 4).returncode == 0
    assert 'disabled: it could not be started again; first: sc config "storagelink"' in said(server.run("install"), 1)
    assert_untouched(server)
    assert server.wine.run(server.stand_in, "start-type", 3).returncode == 0
    said(server.run("install"), 0)


def test_a_service_that_dies_later(server):
    server.register()
    server.behave("late")
    line = said(server.run("install", "--watch", "8"), 5)
    assert "ended after its start" in line and "; the file is as it was" in line
    assert server.config.read_bytes() == CONFIG


def test_a_service_that_takes_longer_to_stop(server):
    """Longer than --timeout: it is waited for once more, and started again."""
    server.register()
    server.behave("lag")
    line = said(server.run("install", "--timeout", "1"), 5)
    assert "did not stop within 1 s" in line and line.endswith("; the service runs again")
    assert server.state() == "RUNNING"
    assert server.config.read_bytes() == CONFIG
    assert server.left() == ["scsi_device_id_config.xml"]


def test_a_service_that_does_not_stop(server):
    server.register()
    server.behave("hang")
    line = said(server.run("install", "--timeout", "1"), 5)
    assert "did not stop within 1 s" in line and 'when it has stopped: net start "storagelink"' in line
    assert server.config.read_bytes() == CONFIG and server.events == []
    server.behave("none")
    server.wait_until("STOPPED")
    said(server.run("install"), 0)  # which knows that it ran
    assert server.config.read_bytes() == with_entry(CONFIG) and server.state() == "RUNNING"


def test_a_service_that_takes_no_stop(server):
    server.behave("deaf")
    server.register()
    assert "does not let itself be stopped" in said(server.run("install"), 1)
    assert_untouched(server)


def test_a_service_that_does_not_start_with_our_entry(server):
    server.register()
    server.behave("picky")
    line = said(server.run("install"), 5)
    assert line.endswith("; the file is as it was; the service runs again")
    assert_untouched(server, "stop 2.0.0.4", "start 2.0.0.5 ours", "start 2.0.0.4")
    assert server.ask()[1]["service"] == "running"


@pytest.mark.parametrize("mode", ["refuse", "die"])
def test_a_service_that_does_not_start_at_all(server, mode):
    server.register()
    server.behave(mode)
    assert "; the file is as it was; and the service 'storagelink' " in said(server.run("install"), 5)
    assert server.config.read_bytes() == CONFIG
    assert server.events[:2] == ["stop 2.0.0.4", "start 2.0.0.5 ours"]
    server.behave("none")
    server.wait_until("STOPPED", "")
    said(server.run("install"), 0)  # the record still says that it ran
    assert server.config.read_bytes() == with_entry(CONFIG) and server.state() == "RUNNING"


def test_removal_that_fails_keeps_what_is_installed(server):
    server.register()
    said(server.run("install"), 0)
    server.behave("refuse")
    said(server.run("remove"), 5)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert server.original.read_bytes() == CONFIG


def test_a_refused_file_stops_nothing(server):
    server.register()
    server.config.write_bytes(CONFIG.replace(b"</rules>", b"</rule>"))
    assert "line 6: an end tag has another name" in said(server.run("install"), 1)
    assert server.events == []
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "refused") and "line 6" in answer["reason"]


@pytest.mark.parametrize("server", [["Program Files/Süd Straße ☃"]], indirect=True)
def test_blanks_and_letters_of_all_kinds(server):
    server.register()
    where = ("--config", windows(server.config))
    assert "Süd Straße ☃" in said(server.run("install", *where), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert server.ask(*where)[1]["config"] == windows(server.config)
    assert server.run("status", "--json", *where).stdout.isascii()  # PowerShell 2 takes it for another code page
    said(server.run("remove", *where), 0)
    assert server.left() == ["scsi_device_id_config.xml"]


def test_no_file(server):
    server.config.unlink()
    assert "say with --config where it is" in said(server.edit("install"), 1)
    assert "cannot read 'C:\\x'" in said(server.edit("install", "--config", "C:\\x"), 1)
    assert "no plain file" in said(server.edit("install", "--config", windows(server.folder)), 1)


def test_two_files(server):
    other = server.wine.drive / "Program Files (x86)/Citrix/StorageLink/Server"
    other.mkdir(parents=True, exist_ok=True)
    copy = other / server.config.name
    copy.write_bytes(CONFIG)
    try:
        assert "say with --config which" in said(server.edit("install"), 1)
        said(server.edit("install", "--config", windows(copy)), 0)
        assert copy.read_bytes() == with_entry(CONFIG) and server.config.read_bytes() == CONFIG
    finally:
        for path in other.iterdir():
            path.unlink()


def test_rights_stay(server):
    """wine makes the list of rights of the file's mode, and back."""
    server.config.chmod(0o600)
    said(server.edit("install"), 0)
    assert stat.S_IMODE(server.config.stat().st_mode) & 0o007 == 0


def test_read_only_file(server):
    server.config.chmod(0o444)
    said(server.edit("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert stat.S_IMODE(server.config.stat().st_mode) & 0o222 == 0
    said(server.edit("remove"), 0)
    assert stat.S_IMODE(server.config.stat().st_mode) & 0o222 == 0


@pytest.mark.parametrize("share, word", [(0, "cannot read"), (1, "cannot replace")])
def test_a_file_that_is_open(server, share, word):
    """0: not even to be read; FILE_SHARE_READ: not to be replaced."""
    server.register()
    holder = server.wine.hold(server.stand_in, server.config, share)
    try:
        line = said(server.run("install"), 4)
    finally:
        server.wine.release(holder, server.config)
    assert word in line
    assert_untouched(server, *([] if share == 0 else ["stop 2.0.0.4", "start 2.0.0.4"]))


def test_what_was_edited_since_stays(server):
    said(server.edit("install"), 0)
    edited = with_entry(CONFIG).replace(b"NETAPP", b"IBM").replace(b"2.0.0.5", b"2.0.1.0")
    server.config.write_bytes(edited)
    assert "the original stays beside it" in said(server.edit("remove"), 0)
    assert server.original.read_bytes() == CONFIG
    assert server.config.read_bytes() == CONFIG.replace(b"NETAPP", b"IBM").replace(b"2.0.0.4", b"2.0.1.1")


def test_an_entry_of_others_stays(server):
    server.config.write_bytes(with_entry(CONFIG))
    assert "nothing to do" in said(server.edit("install"), 0)
    assert "line 6 is not from this program" in said(server.edit("remove"), 1)
    assert server.config.read_bytes() == with_entry(CONFIG)


def test_drift(server):
    said(server.edit("install"), 0)
    server.config.write_bytes(with_entry(CONFIG, 4))
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "drifted") and "not higher than 2.0.0.4" in answer["reason"]
    server.config.write_bytes(CONFIG)
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "drifted") and "is gone" in answer["reason"]
    said(server.edit("install"), 0)
    assert server.ask()[0] == 0


def test_plan_is_a_patch(server, tmp_path):
    done = server.run("plan")
    assert done.returncode == 10
    (tmp_path / "x.xml").write_bytes(CONFIG)
    (tmp_path / "x.patch").write_bytes(done.stdout.encode())
    must(["patch", "--binary", "x.xml", "x.patch"], cwd=tmp_path)
    assert (tmp_path / "x.xml").read_bytes() == with_entry(CONFIG)
    assert_untouched(server)
    said(server.edit("install"), 0)
    assert server.run("plan").returncode == 0


def test_utf16_and_an_entry_of_the_packs_own(server):
    (server.pack / "entry.xml").write_bytes(b"<match>\r\n  <v>OSNEXUS</v><p>QUANTASTOR1</p>\r\n</match>\r\n")
    config = "\ufeff<c>\r\n  <version>2.0.0.4</version>\r\n  <match>\r\n    <é/>\r\n  </match>\r\n</c>\r\n"
    server.config.write_bytes(config.encode("utf-16-le"))
    said(server.edit("install"), 0)
    wanted = config.replace("0.4", "0.5").replace(
        "</match>", "</match>\r\n  <match>\r\n    <v>OSNEXUS</v><p>QUANTASTOR1</p>\r\n  </match>")
    assert server.config.read_bytes().decode("utf-16-le") == wanted
    said(server.edit("remove"), 0)
    assert server.config.read_bytes().decode("utf-16-le") == config.replace("0.4", "0.6")


def test_rule_file(server):
    conf = server.pack / "storagelink.conf"
    conf.write_text(RULE.replace("product=", "produkt="))
    assert "not a rule file of suppack" in said(server.edit("install"), 4)
    conf.unlink()
    assert "cannot read" in said(server.run("status"), 4)


@pytest.mark.parametrize("words", [(), ("what",), ("install", "--json"), ("install", "--config"), ("status", "--timeout", "0"),
                                   ("plan", "--timeout", "1x"), ("remove", "--adapter", "x"),
                                   ("install", "--like", "0"), ("install", "--remove")])
def test_usage(server, words):
    done = server.run(*words)
    assert done.returncode == 2 and "usage: storagelink-hook" in done.stderr and done.stdout == ""


def test_text_status(server):
    done = server.run("status")
    assert done.returncode == 1
    assert done.stdout.split("\r\n") == [
        f"config    {windows(server.config)}", "label     acme-mp", "product   QUANTASTOR1", "service   absent",
        "state     missing", "vendor    OSNEXUS", "version   2.0.0.4", ""]
    assert os.path.exists(server.exe)


def test_a_choice_is_asked_for_and_remembered(server):
    """Two kinds of entries and no value named version: both are asked for; remove needs no more of it."""
    config = CONFIG.replace(b' version="2.0.0.4"', b' v="2.0.0.4" ip="10.0.0.7"').replace(
        b"</rules>", b'  <rule vendor="HP" product="X" exclude="true" />\r\n</rules>')
    server.config.write_bytes(config)
    done = server.edit("install")
    assert done.returncode == 1 and "choose the version of the file with --version-at" in done.stderr
    assert "1  line 3, v: 2.0.0.4" in done.stderr and "2  line 3, ip: 10.0.0.7" in done.stderr
    done = server.edit("install", "--version-at", "1")
    assert done.returncode == 1 and "choose with --like" in done.stderr
    assert '1  2 of them, the last in line 5: <rule vendor="HP" product="HSV200" />' in done.stderr
    assert server.config.read_bytes() == config and server.left() == ["scsi_device_id_config.xml"]
    said(server.edit("install", "--version-at", "1", "--like", "1"), 0)
    assert server.config.read_bytes() == with_entry(config)
    assert server.ask()[0] == 0
    said(server.edit("remove"), 0)
    assert server.config.read_bytes() == config.replace(b"2.0.0.4", b"2.0.0.6")


def test_an_upgrade_replaces_the_entry_and_keeps_the_first_original(server):
    said(server.edit("install"), 0)
    (server.pack / "storagelink.conf").write_text(RULE.replace("QUANTASTOR1", "QUANTASTOR").replace("1.2", "2.0"), newline="")
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "drifted") and "another vendor or product" in answer["reason"]
    done = server.run("plan", "--quiet")
    assert done.returncode == 10 and done.stdout.count("\n-") == 2 and done.stdout.count("\n+") == 3  # +++ too
    said(server.edit("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG, 6).replace(b"QUANTASTOR1", b"QUANTASTOR")
    assert server.original.read_bytes() == CONFIG and server.ask()[0] == 0
    said(server.edit("remove"), 0)
    assert server.config.read_bytes() == CONFIG.replace(b"2.0.0.4", b"2.0.0.7")
    assert server.left() == ["scsi_device_id_config.xml"]


def test_an_entry_of_a_local_file_stays_without_it(server):
    """Installed from a folder with an entry.xml, then from the disc, which has none."""
    entry = server.pack / "entry.xml"
    entry.write_bytes(b'\xef\xbb\xbf<!-- the vendor\'s --><rule vendor="OSNEXUS" product="QUANTASTOR1" x="1"/>\r\n')
    said(server.edit("install"), 0)
    installed = server.config.read_bytes()
    assert b'product="QUANTASTOR1" x="1"/>' in installed
    entry.unlink()
    assert "nothing to do" in said(server.run("install"), 0)
    assert server.config.read_bytes() == installed and server.original.read_bytes() == CONFIG
    said(server.edit("remove"), 0)
    assert server.config.read_bytes() == CONFIG.replace(b"2.0.0.4", b"2.0.0.6")


ORDERS = ["A1 B1 -A -B", "A1 B1 -B -A", "A1 A2 B1 -A B2 -B", "B2 A2 A1 -A B1 -B", "A1 -A B1 A2 -B -A", "B1 A1 B2 A2 -A -B"]


@pytest.mark.parametrize("order", ORDERS)
def test_two_packs_of_two_versions_in_every_order(server, order):
    conf = server.pack / "storagelink.conf"
    products = {"A1": "QUANTASTOR1", "A2": "QUANTASTOR", "B1": "OTHER 1", "B2": "OTHER 2"}
    there = {}
    for step in order.split():
        pack = step.strip("-")[0]
        product = products.get(step, there.get(pack))
        conf.write_text(RULE.replace("acme-mp", f"pack-{pack}").replace("QUANTASTOR1", product), newline="")
        verb = "remove" if step[0] == "-" else "install"
        said(server.edit(verb), 0)
        there[pack] = product
        if verb == "remove":
            del there[pack]
        text = server.config.read_bytes()
        assert text.count(b"OSNEXUS") == len(there) and all(f'"{one}"'.encode() in text for one in there.values())
    raised = 4 + len(order.split())
    assert server.config.read_bytes() == CONFIG.replace(b"2.0.0.4", b"2.0.0.%d" % raised)
    # an original stays where the other pack edited the file since
    assert {name for name in server.left() if ".before-" not in name} == {"scsi_device_id_config.xml"}


def test_plan_of_remove(server, tmp_path):
    assert "the added entry is missing" in server.run("plan", "--remove").stderr
    said(server.edit("install"), 0)
    done = server.run("plan", "--remove")
    (tmp_path / "x.xml").write_bytes(with_entry(CONFIG))
    (tmp_path / "x.patch").write_bytes(done.stdout.encode())
    must(["patch", "--binary", "x.xml", "x.patch"], cwd=tmp_path)
    assert done.returncode == 10 and (tmp_path / "x.xml").read_bytes() == CONFIG.replace(b"2.0.0.4", b"2.0.0.6")


def test_an_entry_that_was_changed_since_is_not_taken_out(server):
    said(server.edit("install"), 0)
    changed = with_entry(CONFIG).replace(b'"QUANTASTOR1"', b'"QUANTASTOR1" x="1"')
    server.config.write_bytes(changed)
    assert "line 6: the entry is not as this program put it in" in said(server.edit("remove"), 1)
    assert server.config.read_bytes() == changed and server.original.read_bytes() == CONFIG


def test_the_manual(server):
    done = server.run("manual")
    assert done.returncode == 0 and windows(server.config) in done.stdout
    assert all(word in done.stdout for word in ("OSNEXUS", "QUANTASTOR1", "net stop storagelink", "1. ", "8. "))
    server.config.write_bytes(with_entry(CONFIG))  # as someone did by hand
    assert server.ask()[0] == 0


@pytest.mark.parametrize("word", ["help", "-h", "--help", "/?"])
def test_help(server, word):
    done = server.run(word)
    assert done.returncode == 0 and "usage: storagelink-hook" in done.stdout


def test_quiet(server):
    done = server.edit("install", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_an_interrupted_write_left(server):
    left = server.folder / "scsi_device_id_config.xml.new"
    left.write_bytes(b"x")
    left.chmod(0o444)
    said(server.edit("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG) and not left.exists()


def run_dying(server, program, more, *words):
    exe = server.pack / "dying.exe"
    shutil.copy(program("tests/storagelink-hook.dying.exe"), exe)
    return server.wine.run(exe, words[0], "--watch", "1", *words[1:], more=more)


def killed(server, program, step, *words):
    """Whether the run got to this step and was killed there."""
    done = run_dying(server, program, {"DIE_AT": str(step)}, *words)
    assert done.returncode in (0, 99), done.stderr
    return done.returncode == 99


@pytest.mark.parametrize("verb", ["install", "remove"])
def test_killed_at_every_step(server, program, verb):
    """The next run of either command ends where it would have without."""
    server.register()
    step = 1
    while True:
        server.config.write_bytes(CONFIG)
        if verb == "remove":
            said(server.run("install"), 0)
        if not killed(server, program, step, verb):
            break
        again = ("install", "remove")[step % 2] if verb == "remove" else "install"
        said(server.run(again), 0)
        text = server.config.read_bytes()
        if again == "install":
            assert text in [with_entry(CONFIG, number) for number in (5, 7)], step
            assert server.ask()[0] == 0
            said(server.run("remove"), 0)
        assert b"OSNEXUS" not in server.config.read_bytes()
        assert server.left() == ["scsi_device_id_config.xml"], step
        assert server.state() == "RUNNING", step
        step += 1
    assert step > 10
    said(server.run("remove"), 0)


@pytest.mark.parametrize("action", ["delete", "garble"])
def test_killed_behind_an_installer_that_lost_the_file(server, program, action):
    server.register()
    step = 1
    while server.config.exists() and server.config.read_bytes() == CONFIG:
        assert killed(server, program, step, "install", *server.adapter(0, action))
        step += 1
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "drifted") and "stopped half-way" in answer["reason"]
    done = server.run("install")
    assert done.returncode == 0 and "is put back as it was" in done.stderr
    assert server.config.read_bytes() == with_entry(CONFIG) and server.state() == "RUNNING"


def test_the_log(server):
    """A line a run of install or remove, also of a quiet one and of one that fails; none of the others."""
    log = server.wine.drive / "ProgramData/suppack/storagelink-hook.log"
    log.unlink(missing_ok=True)
    server.edit("install", "--quiet")
    server.run("status")
    server.config.write_bytes(b"<")
    server.edit("remove")
    lines = log.read_bytes().decode().split("\r\n")
    assert len(lines) == 3 and lines[2] == ""
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ install: added OSNEXUS QUANTASTOR1 in ", lines[0])
    assert re.match(r"\S+Z remove: 'C:.* line 1: ", lines[1])


EVENT = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\storagelink-hook"


def test_the_event_log(server):
    """wine keeps no events, but tells its own debugger of them; the source has texts that every Windows brings."""
    events = {"WINEDEBUG": "-all,+eventlog"}
    server.wine.run("reg", "delete", EVENT, "/f")
    done = server.wine.run(server.exe, "install", "--no-service", "--quiet", more=events)
    assert done.returncode == 0 and done.stderr.count("install: added OSNEXUS QUANTASTOR1 in ") == 1
    source = server.wine.run("reg", "query", EVENT).stdout
    assert re.search(r"EventMessageFile\s+REG_EXPAND_SZ\s+%SystemRoot%\\System32\\EventCreate.exe", source)
    assert re.search(r"TypesSupported\s+REG_DWORD\s+0x5", source)
    server.config.write_bytes(b"<")
    done = server.wine.run(server.exe, "remove", "--no-service", more=events)
    assert done.returncode == 1 and len(re.findall(r"remove: '", done.stderr)) == 1


def test_services_that_need_it_are_named(server, program):
    """wine's service manager never tells of any: a stand-in for its answer."""
    server.register()
    done = run_dying(server, program, {"DEPENDENTS": "2"}, "install")
    assert 'need \'storagelink\', which has to be stopped; first: net stop "CtxFirst", net stop "CtxSecond"' in said(done, 1)
    assert_untouched(server)


@pytest.mark.parametrize("verb", ["install", "remove"])
def test_each_step_failing(server, program, verb):
    """Each call that changes something fails, once: it is done, or file, record and service are as they were."""
    server.register()
    words = (verb, *server.adapter()) if verb == "install" else (verb,)
    if verb == "remove":
        said(server.run("install"), 0)
    before = {path: path.read_bytes() for path in server.folder.iterdir()}
    statuses, step = [], 1
    while True:
        done = run_dying(server, program, {"FAIL_AT": str(step)}, *words)
        after = {path: path.read_bytes() for path in server.folder.iterdir()}
        assert server.state() == "RUNNING", (step, done.stderr)
        if done.stdout != "failed":
            break
        statuses.append(done.returncode)
        if done.returncode:
            assert after == before, (step, done.stderr)
        else:
            assert (b"OSNEXUS" in after[server.config]) == (verb == "install"), (step, done.stderr)
        for path in after:
            path.unlink()
        for path, data in before.items():
            path.write_bytes(data)
        step += 1
    assert done.returncode == 0 and step > 10 and {4, 5} <= set(statuses), statuses
