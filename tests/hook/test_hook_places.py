# SPDX-License-Identifier: GPL-2.0-or-later
"""Odd places the file can lie in, and odd things that can lie in its place."""
import os
import shutil
import socket
import stat
import struct

import pytest
import snapshot
from host import LABEL, STANZA, Host, layouts
from places import BEGIN, DROP_INS, MERGED, RECORD, XATTR_NONE, flagged, installed, refused
from support import must, run

CONF_D = "/etc/multipath/conf.d"
FOLDERS = {name: layouts.BY_NAME[name].target.rpartition("/")[0] for name in (*MERGED, "xcp-ng-8.3")}
FOLDERS["xs-7.6"] = "/etc/multipath"  # where conf.d is to be made


def new_version(host):
    """The next version of the pack: an install of it has something to write."""
    host.unpack("1.0.1", STANZA.replace("100", "200"))


# ---- links -----------------------------------------------------------------------------------

def ten_links():
    links = {"@": "/srv/links/1"}
    for i in range(1, 9):
        links[f"/srv/links/{i}"] = f"{i + 1}" if i % 2 else f"/srv/links/{i + 1}"
    return {**links, "/srv/links/9": "../real.conf"}, "/srv/real.conf"


# "@" is where the release has the file; links, then where the file is.
CHAINS = {
    "relative": ({"@": "links/first", "./links/first": "../last.conf"}, "./last.conf"),
    "absolute": ({"@": "/etc/first", "/etc/first": "/etc/last.conf"}, "/etc/last.conf"),
    "out of etc": ({"@": "/srv/storage/multipath.conf"}, "/srv/storage/multipath.conf"),
    "above the root": ({"@": "../../../../../../../../srv/real.conf"}, "/srv/real.conf"),
    "linked folder": ({"@": "/srv/folder/x.conf", "/srv/folder": "./here/../there"}, "/srv/there/x.conf"),
    "blanks": ({"@": "/srv/my files/real one.conf"}, "/srv/my files/real one.conf"),
    "blank at the end": ({"@": "/srv/folder /real.conf "}, "/srv/folder /real.conf "),
    "not ascii": ({"@": "/srv/Ger\u00e4te/real.conf"}, "/srv/Ger\u00e4te/real.conf"),
    "ten": ten_links(),
}


def relocate(host, links, real):
    """The target moves to `real`, and links lead there. Returns (links, real) with whole paths."""
    folder, target = host.layout.target.rpartition("/")[0], host.layout.target

    def whole(path):
        return target if path == "@" else os.path.normpath(folder + path[1:]) if path.startswith("./") else path
    host.at(whole(real)).parent.mkdir(parents=True, exist_ok=True)
    host.at("/srv/here").mkdir(parents=True, exist_ok=True)
    os.rename(host.target, host.at(whole(real)))
    for link, leads_to in links.items():
        host.at(whole(link)).parent.mkdir(parents=True, exist_ok=True)
        host.at(whole(link)).symlink_to(leads_to)
    return {whole(link): leads_to for link, leads_to in links.items()}, whole(real)


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("kind", CHAINS)
def test_the_file_behind_links(make_host, name, kind):
    host = make_host(name)
    links, real = relocate(host, *CHAINS[kind])
    with installed(host, real):
        assert links == {link: os.readlink(host.at(link)) for link in links}
        new_version(host)
        assert host.hook("install").returncode == 0


@pytest.mark.parametrize("name", MERGED)
def test_a_path_with_a_line_end(make_host, name):
    """The record is one line a path."""
    host = make_host(name)
    relocate(host, {"@": "/srv/a\nexisted=0\n/real.conf"}, "/srv/a\nexisted=0\n/real.conf")
    refused(host, "a path with a line end in it")


@pytest.mark.parametrize("count,status", [(40, 0), (41, 4)])
def test_as_many_links_as_the_kernel_follows(make_host, count, status):
    host = make_host("xs-6.2")
    links = {"@": "/srv/l/1", **{f"/srv/l/{i}": f"{i + 1}" for i in range(1, count)}}
    _, real = relocate(host, links, f"/srv/l/{count}")
    if status:
        refused(host, "/etc/multipath.conf", "Too many levels of symbolic links", statuses=(4,))
    else:
        with installed(host, real):
            pass


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
@pytest.mark.parametrize("loop", [{"@": "@"}, {"@": "/srv/a", "/srv/a": "b", "/srv/b": "a"}])
def test_a_loop_of_links(make_host, name, loop):
    host = make_host(name)
    host.target.parent.mkdir(exist_ok=True)
    host.target.unlink(missing_ok=True)
    host.at("/srv").mkdir()
    for link, leads_to in loop.items():
        host.at(link.replace("@", host.layout.target)).symlink_to(leads_to.replace("@", host.layout.target))
    refused(host, "Too many levels of symbolic links", statuses=(1, 4))


@pytest.mark.parametrize("name", DROP_INS)
@pytest.mark.parametrize("link,leads_to,real", [
    ("/etc/multipath", "../srv/multipath", "/srv/multipath/conf.d"), (CONF_D, "/srv/conf.d", "/srv/conf.d"),
    (CONF_D, "../../../../srv/my conf.d", "/srv/my conf.d")])
def test_conf_d_behind_a_link(make_host, name, link, leads_to, real):
    host = make_host(name)
    host.at(CONF_D).mkdir(exist_ok=True)
    host.at("/srv").mkdir()
    os.rename(host.at(link), host.at(real.removesuffix("/conf.d") if link == "/etc/multipath" else real))
    host.at(link).symlink_to(leads_to)
    with installed(host, f"{real}/{os.path.basename(host.layout.target)}"):
        assert os.readlink(host.at(link)) == leads_to


def test_alternatives_that_are_switched(make_host):
    """Debian's own update-alternatives makes the links; the stanza follows to the file in use."""
    host = make_host("xs-6.2")
    one, two = "/etc/multipath.one/multipath.conf", "/etc/multipath.two/multipath.conf"
    text = host.target.read_bytes()
    host.write(one, text)
    host.write(two, b"# two\n" + text)
    host.target.unlink()
    for folder in ("/etc/alternatives", "/var/lib/dpkg/alternatives"):
        host.at(folder).mkdir(parents=True)

    def alternatives(*words):
        must(["update-alternatives", "--root", host.root, *words])
        host.at("/var/log/alternatives.log").unlink()
    for path, priority in ((one, 90), (two, 10)):
        alternatives("--install", "/etc/multipath.conf", "multipath.conf", path, priority)
    with installed(host, one):
        alternatives("--set", "multipath.conf", two)
        assert '"state": "missing"' in host.hook("status", "--json").stdout
        assert host.hook("install").returncode == 0
        assert host.at(one).read_bytes() == text
        assert host.at(two).read_bytes().count(BEGIN) == 1
        assert host.hook("status").returncode == 0
        alternatives("--set", "multipath.conf", one)
        alternatives("--auto", "multipath.conf")
        assert host.hook("install").returncode == 0
        assert host.at(two).read_bytes() == b"# two\n" + text


# ---- mounts ----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
def test_a_read_only_folder(private, name):
    host = private(name)
    host.bind(FOLDERS[name], read_only=True)
    refused(host, FOLDERS[name], "read-only", statuses=(1, 4))
    host.umount(FOLDERS[name])
    with installed(host):
        pass


@pytest.mark.parametrize("name", ("xs-6.5", "xs-7.6"))
def test_no_place_for_the_record(private, name):
    """/var/lib read-only: what removal needs could not be kept, so nothing is begun, and check knows."""
    host = private(name)
    host.bind("/var/lib", read_only=True)
    refused(host, "/var/lib", "read-only", statuses=(1, 4))


@pytest.mark.parametrize("name", ("xs-6.5", "xs-7.6"))
def test_no_var_lib(make_host, name):
    host = make_host(name)
    host.at("/var/lib").rmdir()
    refused(host, "/var/lib", statuses=(1, 4))


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("other", [None, "/srv/other.conf"])
def test_the_file_is_a_mount_point(private, name, other):
    """Nothing can be renamed over it; writing into it would not be old or new."""
    host = private(name)
    host.write("/srv/other.conf", host.target.read_bytes() + b"# other\n")
    host.bind(other or host.layout.target, host.layout.target)
    refused(host, host.layout.target, "mount point")
    host.umount(host.layout.target)
    with installed(host):
        pass


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
def test_the_file_became_a_mount_point(private, name):
    """After the install: an upgrade refuses, a removal fails, and neither changes a byte."""
    host = private(name)
    with installed(host) as file:
        host.bind(host.layout.target)
        text = file.read_bytes()
        assert host.hook("install").returncode == 0  # nothing to do is no trouble
        new_version(host)
        refused(host, host.layout.target, "mount point")
        before = host.tree()
        done = host.hook("remove")
        assert done.returncode in (1, 4)
        assert host.layout.target in done.stderr
        assert snapshot.difference(before, host.tree()) == []
        host.umount(host.layout.target)
        assert file.read_bytes() == text


def test_a_mount_point_in_a_root_with_blanks(private, hook, tmp_path):
    """mountinfo writes a blank as \\040."""
    host = private(Host(tmp_path / "my\troot \\040", layouts.BY_NAME["xs-6.5"], hook).make().unpack())
    host.bind(host.layout.target)
    refused(host, host.layout.target, "mount point")


@pytest.mark.parametrize("name", MERGED)
def test_the_original_on_another_file_system(private, name):
    """No link to it can be kept: the copy has its bytes, owner, mode and times, and gives them back."""
    host = private(name)
    host.tmpfs("/var/lib", "1m")
    os.chown(host.target, 12, 34)
    host.target.chmod(0o640)
    os.utime(host.target, ns=(10**18, 10**18 + 7))
    with installed(host, same_file=False) as file:
        assert os.stat(file).st_dev != os.stat(host.at(f"{RECORD}/original")).st_dev
    assert os.stat(file).st_mtime_ns == 10**18 + 7
    assert not host.at(RECORD).exists()


# ---- a full file system ----------------------------------------------------------------------

def fill(path):
    """Until not one more byte goes in."""
    with open(path, "wb", buffering=0) as file:
        for size in (4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break


@pytest.mark.parametrize("name", ("xs-6.5", "xcp-ng-8.3"))
@pytest.mark.parametrize("place", ["file", "record"])
@pytest.mark.parametrize("of", ["blocks", "inodes"])
def test_a_full_file_system(private, name, place, of):
    host = private(name)
    folder = FOLDERS[name] if place == "file" else "/var/lib"
    before = host.tree()
    if of == "blocks":
        host.tmpfs(folder, "64k")
        fill(host.at(f"{folder}/filler"))
    else:
        host.tmpfs(folder, "64k", nr_inodes=2 + len(list(host.at(folder).iterdir())))
        host.write(f"{folder}/filler", b"")
    full = host.tree()
    done = host.hook("install")
    assert done.returncode == 4
    assert "No space left on device" in done.stderr
    assert snapshot.difference(full, host.tree()) == []
    host.at(f"{folder}/filler").unlink()
    if of == "inodes":
        assert host.mount("-o", "remount,nr_inodes=100", folder).returncode == 0
    with installed(host, same_file=False):
        pass
    assert snapshot.difference(before, host.tree()) == []


# ---- attributes ------------------------------------------------------------------------------

@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
@pytest.mark.parametrize("flag,word", [("i", "immutable"), ("a", "append-only")])
def test_a_folder_with_the_attribute(on_ext4, name, flag, word):
    host = on_ext4(name)
    with flagged(flag, host.at(FOLDERS[name])):
        refused(host, FOLDERS[name], (word, "Operation not permitted"), statuses=(1, 4))
    with installed(host):
        pass


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("flag,word", [("i", "immutable"), ("a", "append-only")])
def test_a_file_with_the_attribute(on_ext4, name, flag, word):
    host = on_ext4(name)
    with flagged(flag, host.target):
        refused(host, host.layout.target, word, statuses=(1, 4))
    with installed(host):
        pass


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
@pytest.mark.parametrize("flag,word", [("i", "immutable"), ("a", "append-only")])
def test_a_file_that_got_the_attribute(on_ext4, name, flag, word):
    """An administrator protects what is installed: fine while there is nothing to do, in the way of all else."""
    host = on_ext4(name)
    with installed(host) as file:
        with flagged(flag, file):
            check, again = host.hook("check"), host.hook("install")
            assert (check.returncode, check.stdout, again.returncode) == (0, "", 0)
            new_version(host)
            refused(host, host.layout.target, word, statuses=(1, 4))
            before = host.tree()
            done = host.hook("remove")
            assert done.returncode in (1, 4)
            assert host.layout.target in done.stderr
            assert snapshot.difference(before, host.tree()) == []


ACL = struct.pack("<I" + "HHI" * 5, 2, 1, 6, 2**32 - 1, 2, 4, 1234, 4, 4, 2**32 - 1, 16, 4, 2**32 - 1, 32, 0, 2**32 - 1)
ATTRIBUTES = {
    "user.comment": b"ours since 2012", "user.empty": b"", "user.long": b"x" * 2000,
    "security.selinux": b"system_u:object_r:lvm_etc_t:s0\0", "trusted.backup": bytes(range(256)),
    "system.posix_acl_access": ACL,
}


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("attribute", [*ATTRIBUTES, "all"])
def test_extended_attributes_stay_on_the_file(on_ext4, name, attribute):
    host = on_ext4(name)
    wanted = ATTRIBUTES if attribute == "all" else {attribute: ATTRIBUTES[attribute]}
    for key, value in wanted.items():
        try:
            os.setxattr(host.target, key, value)
        except OSError as error:
            assert error.errno in XATTR_NONE
            pytest.skip(f"no {key} on this file system: {error.strerror}")

    def attributes(file):
        return {key: os.getxattr(file, key) for key in os.listxattr(file)}
    mode = stat.S_IMODE(os.stat(host.target).st_mode)
    with installed(host) as file:
        assert attributes(file) == wanted
        assert stat.S_IMODE(os.stat(file).st_mode) == mode
        new_version(host)
        host.hook("install")
        assert attributes(file) == wanted
    assert attributes(file) == wanted


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o600, 0o640, 0o666, 0o755, 0o1777, 0o6755])
def test_owner_and_mode(make_host, name, mode):
    host = make_host(name)
    os.chown(host.target, 1234, 5678)
    host.target.chmod(mode)
    with installed(host) as file:
        info = os.stat(file)
        assert (info.st_uid, info.st_gid, stat.S_IMODE(info.st_mode)) == (1234, 5678, mode)


@pytest.mark.parametrize("name", MERGED)
def test_another_name_of_the_file(make_host, name):
    """A hard link keeps the old bytes, and is one file with ours again afterwards."""
    host = make_host(name)
    other = host.at("/srv/other name.conf")
    other.parent.mkdir()
    os.link(host.target, other)
    text = other.read_bytes()
    with installed(host) as file:
        assert other.read_bytes() == text
        assert not os.path.samefile(file, other)
    assert os.path.samefile(file, other)
    assert os.stat(file).st_nlink == 2


# ---- what is no file -------------------------------------------------------------------------

def a_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


KINDS = {
    "folder": os.mkdir, "fifo": os.mkfifo, "socket": a_socket,
    "character device": lambda path: os.mknod(path, 0o644 | stat.S_IFCHR, os.makedev(1, 3)),
    "endless device": lambda path: os.mknod(path, 0o644 | stat.S_IFCHR, os.makedev(1, 5)),
    "block device": lambda path: os.mknod(path, 0o644 | stat.S_IFBLK, os.makedev(7, 200)),
    "dangling link": lambda path: os.symlink("/srv/nowhere.conf", path),
    "dangling link into nowhere": lambda path: os.symlink("/nowhere/at/all.conf", path),
    "link to a folder": lambda path: os.symlink("/etc", path),
    "link to a fifo": lambda path: (os.mkfifo(f"{path}.fifo"), os.symlink(f"{path.name}.fifo", path)),
}


@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_the_files_place(make_host, name, kind):
    host = make_host(name)
    host.target.parent.mkdir(exist_ok=True)
    host.target.unlink(missing_ok=True)
    KINDS[kind](host.target)
    refused(host, statuses=(1, 4), most_s=20)
    status = host.hook("status", "--json", timeout=20)
    assert status.returncode == 1
    assert '"state": "refused"' in status.stdout
    before = host.tree()
    host.hook("remove", timeout=20)
    assert snapshot.difference(before, host.tree()) == []


def test_no_folder_for_the_file(make_host):
    for name, folder in (("xs-6.5", "/etc/multipath.xenserver"), ("xs-7.6", "/etc/multipath")):
        host = make_host(name)
        shutil.rmtree(host.at(folder))
        if host.layout.drop_in:
            with installed(host):
                pass
        else:
            refused(host, "/etc/multipath.conf", "does not exist")


@pytest.mark.parametrize("name", DROP_INS)
@pytest.mark.parametrize("path", ["/etc/multipath", CONF_D])
def test_a_file_in_the_folders_place(make_host, name, path):
    host = make_host(name)
    shutil.rmtree(host.at(path), ignore_errors=True)
    host.write(path, b"no folder\n")
    refused(host, path, statuses=(1, 4))


@pytest.mark.parametrize("name", (*DROP_INS, "xs-9"))
@pytest.mark.parametrize("second", ["00.conf", "zz.conf", "main"])
def test_a_file_with_two_names(make_host, name, second):
    """It is read twice, and changed once."""
    host = make_host(name).unpack(on_conflict="replace")
    host.write(f"{CONF_D}/custom.conf", f"devices {{\n{STANZA.replace('100', '7')}}}\n".encode())
    link = host.at(layouts.ETC if second == "main" else f"{CONF_D}/{second}")
    link.unlink(missing_ok=True)
    link.symlink_to(f"{CONF_D}/custom.conf")
    before = host.tree()
    plan = host.hook("plan")
    assert plan.returncode == 10 and plan.stdout.count("+++ ") == 2, plan.stdout
    assert host.hook("install").returncode == 0
    after = host.tree()
    assert host.hook("status").returncode == 0, host.hook("status").stdout
    assert (host.hook("plan").returncode, host.hook("install").returncode) == (0, 0)
    assert snapshot.difference(after, host.tree()) == []
    assert host.hook("remove").returncode == 0
    assert snapshot.difference(before, host.tree()) == []


# ---- the root --------------------------------------------------------------------------------

@pytest.mark.parametrize("name", (*MERGED, *DROP_INS))
@pytest.mark.parametrize("folder", ["two words", " ", "quo'te \"$x` \\", "%s %n", "Ger\u00e4te\u00a0\n", "x" * 200])
def test_a_root_with_any_name(native_hook, tmp_path, name, folder):
    host = Host(tmp_path / folder, layouts.BY_NAME[name], native_hook).make().unpack()
    with installed(host):
        assert host.hook("status").returncode == 0


def test_a_root_behind_a_link_and_with_slashes(make_host, tmp_path):
    host = make_host("xs-6.5")
    link = tmp_path / "link"
    link.symlink_to(host.root)
    before = host.tree()
    program = host.at(f"/opt/{LABEL}/bin/multipath-hook")
    assert run([program, "install", "--root", f"{link}//"]).returncode == 0
    assert BEGIN in host.target.read_bytes()
    assert run([program, "remove", "--root", host.root]).returncode == 0
    assert snapshot.difference(before, host.tree()) == []


@pytest.mark.parametrize("kind", ["a folder", "a socket", "too large", "binary", "another's text"])
def test_what_others_call_state(make_host, kind):
    """A folder that was made for our file stays for another's: its records are looked for, and not all of /var/lib are."""
    host = make_host("xs-7.6")
    shutil.rmtree(host.at("/etc/multipath"))
    assert host.hook("install").returncode == 0
    host.write(f"{CONF_D}/custom.conf", b"defaults {\n}\n")
    state = host.at("/var/lib/other/state")
    if kind == "a folder":
        state.mkdir(parents=True)
    elif kind == "a socket":
        state.parent.mkdir()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(state))
    else:
        host.write("/var/lib/other/state", {"too large": b"x" * (3 << 20), "binary": b"\0\1\2\3"}.get(kind, b"file=yes\nexisted=1\n"))
    before = snapshot.describe(state)
    done = host.hook("remove")
    assert done.returncode == 0, done.stderr
    assert snapshot.describe(state) == before
    assert not host.at(RECORD).exists() and not host.target.exists()
    assert host.at(f"{CONF_D}/custom.conf").exists()
