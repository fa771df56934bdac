# SPDX-License-Identifier: GPL-2.0-or-later
"""What the hook must not touch, and how it says so."""
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
import snapshot
from host import LABEL, STANZA
from support import run


def refused(host, reason, status=1):
    """install refuses with the reason, check says the same to xapi, and nothing has changed."""
    before = host.tree()
    done = host.hook("install")
    assert done.returncode == status, done.stderr
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    check = host.hook("check")
    assert check.returncode == status
    # The expression pool_update.precheck takes the output apart with (packs.md B.7).
    found = re.search(r"<error errorcode=.+</error>", check.stdout, re.DOTALL)
    assert found
    assert reason in ElementTree.fromstring(found.group()).findtext("reason")
    assert snapshot.difference(before, host.tree()) == []


def test_no_main_file_on_a_host_that_needs_one(merged):
    merged.target.unlink()
    refused(merged, "'/etc/multipath.conf' does not exist")


def test_a_folder_in_the_files_place(merged):
    merged.target.unlink()
    merged.target.mkdir()
    refused(merged, "is not a regular file")


def test_a_fifo_in_the_files_place(merged):
    merged.target.unlink()
    os.mkfifo(merged.target)
    refused(merged, "is not a regular file")


def test_a_loop_of_links(merged):
    merged.target.unlink()
    merged.target.symlink_to("/etc/multipath.conf")
    refused(merged, "Too many levels of symbolic links", 4)


def test_a_section_that_never_ends(merged):
    """Ours goes in front of it, where every parser reads it right (parsers-2.md P6)."""
    text = b"defaults {\n user_friendly_names no\n"
    merged.target.write_bytes(text)
    assert merged.hook("install").returncode == 0
    assert merged.target.read_bytes().endswith(b"# END-SECTION " + LABEL.encode() + b"\n" + text)
    assert json.loads(merged.hook("status", "--json").stdout)["state"] == "applied"
    assert merged.hook("remove").returncode == 0
    assert merged.target.read_bytes() == text


def test_markers_that_do_not_pair_up(merged):
    merged.target.write_bytes(merged.target.read_bytes() + f"# BEGIN {LABEL} 1\n".encode())
    refused(merged, "begins here and never ends")
    assert merged.hook("remove").returncode == 1


def test_a_host_nobody_knows(merged):
    merged.at("/etc/xensource-inventory").unlink()
    refused(merged, "cannot tell what host this is")


@pytest.mark.parametrize("version", ["4.1.0", "x", "", "8"])
def test_a_release_nobody_knows(merged, version):
    merged.write("/etc/xensource-inventory", f"PRODUCT_VERSION='{version}'\n".encode())
    refused(merged, "not a")


def test_the_installers_chroot_has_no_inventory_yet(make_host):
    """The host installer writes it after the packs; /etc/redhat-release tells the release."""
    for name, line in (("xs-6.5", "XenServer release 6.5.0-90233c (xenenterprise)"),
                       ("xcp-ng-8.3", "XCP-ng release 8.3.0 (xenenterprise)"),
                       ("xs-8.2", "Citrix Hypervisor release 8.2.1 (xenenterprise)")):
        host = make_host(name)
        host.at("/etc/xensource-inventory").unlink()
        host.write("/etc/redhat-release", f"{line}\n".encode())
        assert host.hook("install").returncode == 0
        assert f"# BEGIN {LABEL} ".encode() in host.target.read_bytes()


def test_a_read_only_file_system(merged):
    subprocess.run(["mount", "--bind", merged.at("/etc"), merged.at("/etc")], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", merged.at("/etc")], check=True)
        before = merged.tree()
        done = merged.hook("install")
        assert done.returncode == 1
        assert "Read-only file system" in done.stderr
        assert merged.hook("check").returncode == 1
        assert before == {path: what for path, what in merged.tree().items()
                          if not path.startswith(f"/var/lib/{LABEL}")}
    finally:
        subprocess.run(["umount", merged.at("/etc")], check=True)
    assert merged.hook("remove").returncode == 0
    assert before == merged.tree()


def test_an_immutable_file(merged):
    if subprocess.run(["chattr", "+i", merged.target], check=False).returncode:
        pytest.skip("this file system has no immutable attribute")
    try:
        text = merged.target.read_bytes()
        done = merged.hook("install")
        assert done.returncode == 1
        assert "immutable" in done.stderr
        assert text == merged.target.read_bytes()
        assert os.listdir(merged.target.parent) == ["multipath.conf"]
    finally:
        subprocess.run(["chattr", "-i", merged.target], check=True)
    assert merged.hook("install").returncode == 0


# ---- other people's devices ------------------------------------------------------------------

ADMINS = b'devices {\n device {\n  vendor "OSNEXUS"\n  product "QUANTASTOR"\n  path_checker directio\n }\n}\n'


def test_keep_leaves_the_administrators_device(merged):
    merged.target.write_bytes(ADMINS)
    before = merged.tree()
    done = merged.hook("install")
    assert done.returncode == 0
    assert "line 2," in done.stderr and "kept" in done.stderr
    assert snapshot.difference(before, merged.tree()) == []
    status = merged.hook("status", "--json")
    assert '"state": "conflict"' in status.stdout
    assert status.returncode == 1
    assert merged.hook("check").stdout == ""


def test_keep_withdraws_a_block_that_came_first(make_host):
    """The administrator's device came after ours: keep means his, and nothing of ours stays, not even an empty file."""
    for name, place in (("xs-6.5", "/etc/multipath.xenserver/multipath.conf"),
                        ("xcp-ng-8.3", "/etc/multipath/conf.d/custom.conf")):
        host = make_host(name)
        host.hook("install")
        host.at(place).write_bytes(ADMINS + host.at(place).read_bytes())
        host.hook("install")
        after = host.tree()
        assert "kept" in host.hook("install").stderr
        assert f"# BEGIN {LABEL}" not in host.at(place).read_text()
        assert not host.at(f"/var/lib/{LABEL}").exists()
        assert not host.layout.drop_in or not host.target.exists()
        assert host.hook("remove").returncode == 0
        assert snapshot.difference(after, host.tree()) == []


def test_fail_refuses(merged):
    merged.unpack(on_conflict="fail")
    merged.target.write_bytes(ADMINS)
    refused(merged, "line 2, already has a device for this array")


def test_replace_switches_it_off_and_remove_on_again(merged):
    merged.unpack(on_conflict="replace")
    merged.target.write_bytes(ADMINS)
    before = merged.tree()
    assert merged.hook("install").returncode == 0
    text = merged.target.read_text()
    assert f"#{LABEL}#   path_checker directio" in text
    assert text.count(f"# BEGIN {LABEL} ") == 1
    assert merged.hook("install").stderr.count("nothing to do") == 1
    assert merged.hook("remove").returncode == 0
    assert snapshot.difference(before, merged.tree()) == []


def test_a_pattern_that_would_win_gets_behind_ours(merged):
    """Up to 6.5 the first match wins: ours goes in front, and the other stays for whatever else it matches."""
    pattern = ADMINS.replace(b"OSNEXUS", b"OSN.*").replace(b"QUANTASTOR", b".*")
    merged.target.write_bytes(pattern)
    assert merged.hook("install").returncode == 0
    text = merged.target.read_bytes()
    assert text.startswith(b"devices {\n# BEGIN ") and text.count(b"device {") == 2
    status = json.loads(merged.hook("status", "--json").stdout)
    assert status["state"] == "applied"
    assert {value["by"] for value in status["effective"][0]["values"]} == {"pack"}
    assert "nothing to do" in merged.hook("install").stderr
    assert merged.hook("remove").returncode == 0
    assert merged.target.read_bytes() == pattern


def test_a_device_read_later_is_a_conflict(make_host):
    """custom.conf sorts behind our drop-in and wins there; the main file before it does not."""
    host = make_host("xcp-ng-8.3")
    pattern = ADMINS.replace(b"OSNEXUS", b"OSN.*")
    host.write("/etc/multipath/conf.d/custom.conf", pattern)
    assert "'/etc/multipath/conf.d/custom.conf', line 2," in host.hook("install").stderr
    before = host.tree()
    host.unpack(on_conflict="replace")
    assert host.hook("install").returncode == 0
    assert host.target.exists()
    lines = host.at("/etc/multipath/conf.d/custom.conf").read_bytes().splitlines()
    assert [line.startswith(f"#{LABEL}# ".encode()) for line in lines] == [False] + 5 * [True] + [False]
    assert host.hook("remove").returncode == 0
    assert before == host.tree()
    host.write("/etc/multipath/conf.d/custom.conf", b"")
    host.at("/etc/multipath.xenserver/multipath.conf").write_bytes(pattern)
    assert host.hook("install").returncode == 0
    assert host.target.exists()
    assert host.at("/etc/multipath.xenserver/multipath.conf").read_bytes() == pattern


# ---- edits meanwhile -------------------------------------------------------------------------

def test_edits_since_stay(merged):
    text = merged.target.read_bytes()
    merged.hook("install")
    merged.target.write_bytes(merged.target.read_bytes() + b"# mine\n")
    done = merged.hook("remove")
    assert done.returncode == 0
    assert "the changes stay" in done.stderr
    assert merged.target.read_bytes() == text + b"# mine\n"
    assert not merged.at(f"/var/lib/{LABEL}").exists()


def test_a_file_an_update_replaced_is_left_alone(merged):
    merged.hook("install")
    merged.target.write_bytes(b"defaults {\n}\n")
    assert merged.hook("remove").returncode == 0
    assert merged.target.read_bytes() == b"defaults {\n}\n"
    assert not merged.at(f"/var/lib/{LABEL}").exists()


def test_two_packs_in_one_file(merged):
    before = merged.tree()
    second = STANZA.replace("OSNEXUS", "ACME")
    merged.unpack(label="acme-multipath", stanza=second)
    for label in (LABEL, "acme-multipath", LABEL, "acme-multipath"):
        assert merged.hook("install", label=label).returncode == 0
    for label in (LABEL, "acme-multipath"):
        assert merged.target.read_text().count(f"# BEGIN {label} ") == 1
        assert merged.hook("remove", label=label).returncode == 0
    assert [line for line in snapshot.difference(before, merged.tree())] == []


# ---- the program itself ----------------------------------------------------------------------

@pytest.mark.parametrize("words", [[], ["frobnicate"], ["install", "--frob"], ["install", "--root"],
                                   ["install", "--root", "relative"], ["install", "--root", "/dev/null"]])
def test_usage(hook, words):
    done = run([hook, *words])
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert done.stdout == ""


def test_help(hook):
    done = run([hook, "--help"])
    assert done.returncode == 0
    assert "exit:" in done.stdout


def test_works_with_nothing_in_its_environment(make_host, hook, tmp_path):
    """No PATH, no standard files, and a working directory that is gone."""
    host = make_host("xs-8.2", hook)
    program = host.at(f"/opt/{LABEL}/bin/multipath-hook")
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd {gone} && rmdir {gone} && exec env -i {program} install --root {host.root} <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", script], check=False).returncode == 0
    assert host.target.exists()
    assert host.target.read_bytes().startswith(b"# BEGIN")


@pytest.mark.parametrize("content", [
    b"PRODUCT_BRAND='XenServer'\nPRODUCT_VERSION='next'\n", b"PRODUCT_VERSION=''\n", b"\xff\0" * 4096, b"", "folder", "loop",
    "large", "unreadable"], ids=lambda value: value if isinstance(value, str) else repr(value[:12]))
@pytest.mark.parametrize("name", ["xs-6.5", "xcp-ng-8.3"])
def test_removal_needs_no_inventory(make_host, hook, name, content):
    """What the record names goes, whatever has become of the file that tells the release."""
    host = make_host(name, hook)
    before = host.tree()
    assert host.hook("install").returncode == 0
    inventory = host.at("/etc/xensource-inventory")
    text = inventory.read_bytes()
    inventory.unlink()
    if content == "folder":
        inventory.mkdir()
    elif content == "loop":
        inventory.symlink_to("xensource-inventory")
    elif content == "large":
        with open(inventory, "wb") as file:
            file.truncate(1 << 30)
    elif content == "unreadable":
        os.mkfifo(inventory)
    else:
        inventory.write_bytes(content)
    done = host.hook("remove")
    assert done.returncode == 0, done.stderr
    inventory.rmdir() if content == "folder" else inventory.unlink()
    host.write("/etc/xensource-inventory", text)
    assert snapshot.difference(before, host.tree()) == []


@pytest.mark.parametrize("name", ["xs-6.5", "xcp-ng-8.3"])
@pytest.mark.parametrize("most", [0, 10, 150])
def test_a_limit_on_the_size_of_files_is_an_error_and_no_death(make_host, hook, name, most):
    """SIGXFSZ would end the program without a word."""
    host = make_host(name, hook)
    before = host.tree()
    done = host.hook("install", before=["/usr/bin/prlimit", f"--fsize={most}"])
    assert done.returncode == 4, (done.returncode, done.stderr)
    assert "File too large" in done.stderr
    assert snapshot.difference(before, host.tree()) == []
    assert host.hook("install").returncode == 0


def test_a_damaged_pack(make_host):
    host = make_host("xs-8.2")
    share = host.at(f"/opt/{LABEL}/share/{LABEL}")
    (share / "multipath-0.4.7.conf").write_text(STANZA.rstrip())
    assert host.hook("install").returncode == 4
    (share / "pack.conf").write_text("label=other\nversion=1\non-conflict=keep\n")
    assert host.hook("install").returncode == 4
    (share / "pack.conf").unlink()
    assert host.hook("install").returncode == 4
    assert not host.target.exists()
