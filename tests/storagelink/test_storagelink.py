# SPDX-License-Identifier: GPL-2.0-or-later
"""storagelink-hook.exe on wine: the service, the installer, the file; and what each failure leaves."""
import os
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
    assert "the service absent" in said(server.run("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert server.ask()[1]["service"] == "absent"


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
    assert "wants this machine to be restarted" in said(server.run("install", *server.adapter(3010)), 0)
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
    server.register()
    assert "cannot run the installer" in said(server.run("install", "--adapter", "C:\\no such.exe"), 5)
    assert_untouched(server, "stop 2.0.0.4", "start 2.0.0.4")


def test_a_service_that_does_not_stop(server):
    server.register()
    server.behave("hang")
    assert "did not stop within 1 s" in said(server.run("install", "--timeout", "1"), 5)
    assert_untouched(server)


def test_a_service_that_takes_no_stop(server):
    server.behave("deaf")
    server.register()
    assert "does not let itself be stopped" in said(server.run("install"), 5)
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
    assert "; the file is as it was; and the service 'storagelink' ended right after" in said(server.run("install"), 5)
    assert_untouched(server, "stop 2.0.0.4", "start 2.0.0.5 ours", "start 2.0.0.4")


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
    said(server.run("remove", *where), 0)
    assert server.left() == ["scsi_device_id_config.xml"]


def test_no_file(server):
    server.config.unlink()
    assert "say with --config where it is" in said(server.run("install"), 1)
    assert "cannot read 'C:\\x'" in said(server.run("install", "--config", "C:\\x"), 1)
    assert "no plain file" in said(server.run("install", "--config", windows(server.folder)), 1)


def test_two_files(server):
    other = server.wine.drive / "Program Files (x86)/Citrix/StorageLink/Server"
    other.mkdir(parents=True, exist_ok=True)
    copy = other / server.config.name
    copy.write_bytes(CONFIG)
    try:
        assert "say with --config which" in said(server.run("install"), 1)
        said(server.run("install", "--config", windows(copy)), 0)
        assert copy.read_bytes() == with_entry(CONFIG) and server.config.read_bytes() == CONFIG
    finally:
        for path in other.iterdir():
            path.unlink()


def test_rights_stay(server):
    """wine makes the list of rights of the file's mode, and back."""
    server.config.chmod(0o600)
    said(server.run("install"), 0)
    assert stat.S_IMODE(server.config.stat().st_mode) & 0o007 == 0


def test_read_only_file(server):
    server.config.chmod(0o444)
    said(server.run("install"), 0)
    assert server.config.read_bytes() == with_entry(CONFIG)
    assert stat.S_IMODE(server.config.stat().st_mode) & 0o222 == 0
    said(server.run("remove"), 0)
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
    said(server.run("install"), 0)
    edited = with_entry(CONFIG).replace(b"NETAPP", b"IBM").replace(b"2.0.0.5", b"2.0.1.0")
    server.config.write_bytes(edited)
    said(server.run("remove"), 0)
    assert server.config.read_bytes() == CONFIG.replace(b"NETAPP", b"IBM").replace(b"2.0.0.4", b"2.0.1.1")


def test_an_entry_of_others_stays(server):
    server.config.write_bytes(with_entry(CONFIG))
    assert "nothing to do" in said(server.run("install"), 0)
    assert "is not from this program" in said(server.run("remove"), 1)
    assert server.config.read_bytes() == with_entry(CONFIG)


def test_drift(server):
    said(server.run("install"), 0)
    server.config.write_bytes(with_entry(CONFIG, 4))
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "drifted") and "not higher than 2.0.0.4" in answer["reason"]
    server.config.write_bytes(CONFIG)
    status, answer = server.ask()
    assert (status, answer["state"]) == (1, "drifted") and "is gone" in answer["reason"]
    said(server.run("install"), 0)
    assert server.ask()[0] == 0


def test_plan_is_a_patch(server, tmp_path):
    done = server.run("plan")
    assert done.returncode == 10
    (tmp_path / "x.xml").write_bytes(CONFIG)
    (tmp_path / "x.patch").write_bytes(done.stdout.encode())
    must(["patch", "--binary", "x.xml", "x.patch"], cwd=tmp_path)
    assert (tmp_path / "x.xml").read_bytes() == with_entry(CONFIG)
    assert_untouched(server)
    said(server.run("install"), 0)
    assert server.run("plan").returncode == 0


def test_utf16_and_an_entry_of_the_packs_own(server):
    (server.pack / "entry.xml").write_bytes(b"<match>\r\n  <v>OSNEXUS</v><p>QUANTASTOR1</p>\r\n</match>\r\n")
    config = "\ufeff<c>\r\n  <v>2.0.0.4</v>\r\n  <match>\r\n    <é/>\r\n  </match>\r\n</c>\r\n"
    server.config.write_bytes(config.encode("utf-16-le"))
    said(server.run("install"), 0)
    wanted = config.replace("0.4", "0.5").replace(
        "</match>", "</match>\r\n  <match>\r\n    <v>OSNEXUS</v><p>QUANTASTOR1</p>\r\n  </match>")
    assert server.config.read_bytes().decode("utf-16-le") == wanted
    said(server.run("remove"), 0)
    assert server.config.read_bytes().decode("utf-16-le") == config.replace("0.4", "0.6")


def test_rule_file(server):
    conf = server.pack / "storagelink.conf"
    conf.write_text(RULE.replace("product=", "produkt="))
    assert "no rule file of suppack" in said(server.run("install"), 4)
    conf.unlink()
    assert "cannot read" in said(server.run("status"), 4)


@pytest.mark.parametrize("words", [(), ("what",), ("install", "--json"), ("install", "--config"), ("status", "--timeout", "0"),
                                   ("plan", "--timeout", "1x"), ("remove", "--adapter", "x")])
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
