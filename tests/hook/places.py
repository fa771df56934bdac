# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of odd places share: private mounts, file attributes, and the two ways a run may end."""
import contextlib
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import snapshot
from host import LABEL, Host
from support import must, run

MERGED, DROP_INS = ("xs-6.2", "xs-6.5"), ("xs-7.6", "xcp-ng-8.3")
BEGIN = f"# BEGIN {LABEL} ".encode()
RECORD = f"/var/lib/{LABEL}"
XATTR_NONE = (95, 1, 61)  # EOPNOTSUPP, EPERM, ENODATA


class Mounts(Host):
    """A host in a mount namespace of its own: nobody else sees what is mounted, and it goes with close()."""

    def __init__(self, host):
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", "echo ready; exec cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        self.host = host
        super().__init__(f"/proc/{self.process.pid}/root{host.root}", host.layout, host.program)

    @property
    def enter(self):
        return ["/usr/bin/nsenter", "--target", self.process.pid, "--mount", "--root"]

    def hook(self, *words, **kwargs):
        return self.host.hook(*words, before=self.enter, **kwargs)

    def mount(self, *words):
        """mount(8) inside; a word that begins with "/" is a path of the host."""
        words = [f"{self.host.root}{word}" if str(word).startswith("/") else word for word in words]
        return run([*self.enter, "mount", *words])

    def umount(self, path):
        must([*self.enter, "umount", f"{self.host.root}{path}"])

    def bind(self, path, over=None, read_only=False):
        over = over or path
        assert self.mount("--bind", path, over).returncode == 0
        if read_only:
            assert self.mount("-o", "remount,bind,ro", over).returncode == 0

    def tmpfs(self, path, size, **options):
        """A small file system of its own over a folder, with the folder's content."""
        content = {entry.name: entry.read_bytes() for entry in self.at(path).iterdir()}
        words = ",".join([f"size={size}", "mode=755", *(f"{name}={value}" for name, value in options.items())])
        assert self.mount("-t", "tmpfs", "-o", words, "tmpfs", path).returncode == 0
        for name, what in content.items():
            self.write(f"{path}/{name}", what)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@contextlib.contextmanager
def flagged(flag, path):
    """chattr +i or +a while it lasts."""
    must(["chattr", f"+{flag}", path])
    try:
        yield
    finally:
        must(["chattr", f"-{flag}", path])


def reason_of(check):
    """The reason in what `check` prints, taken apart as pool_update.precheck does (packs.md B.7)."""
    found = re.search(r"<error errorcode=.+</error>", check.stdout, re.DOTALL)
    assert found, f"no <error>: exit {check.returncode} {check.stdout!r} {check.stderr!r}"
    return ElementTree.fromstring(found.group()).findtext("reason")


def refused(host, *words, statuses=(1,), most_s=30):
    """check and install say no with one status and the same words (of a tuple any), and nothing at all has changed."""
    before = host.tree()
    check, install = host.hook("check", timeout=most_s), host.hook("install", timeout=most_s)
    assert snapshot.difference(before, host.tree()) == []
    assert install.returncode in statuses, f"install: exit {install.returncode} {install.stderr}"
    assert check.returncode == install.returncode, f"check: exit {check.returncode} {check.stdout}"
    assert len(install.stderr.splitlines()) == 1
    reason = reason_of(check)
    for word in words:
        said = [any_of for any_of in (word if isinstance(word, tuple) else (word,))
                if any_of.casefold() in reason.casefold() and any_of.casefold() in install.stderr.casefold()]
        assert said, f"'{word}' is not in: {reason}"


@contextlib.contextmanager
def installed(host, path=None, same_file=True):
    """install, what the test does then, remove; the tree comes back, and the very file with its times."""
    file = host.at(path or host.layout.target)
    before, info = host.tree(), os.stat(file) if file.exists() else None
    assert (host.hook("check").stdout, host.hook("check").returncode) == ("", 0)
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().count(BEGIN) == 1
    assert "nothing to do" in host.hook("install").stderr
    yield file
    done = host.hook("remove")
    assert done.returncode == 0, done.stderr
    assert snapshot.difference(before, host.tree()) == []
    if info and same_file:
        back = os.stat(file)
        assert (info.st_ino, info.st_mtime_ns) == (back.st_ino, back.st_mtime_ns)


def no_trace(host):
    """Nothing of ours anywhere outside the package's own folder."""
    for path in host.root.rglob("*"):
        inside = f"/{path.relative_to(host.root)}"
        if inside.startswith("/opt/"):
            continue
        assert not inside.startswith((RECORD, host.layout.target if host.layout.drop_in else RECORD)), inside
        assert ".multipath-hook" not in path.name
        if path.is_file() and not path.is_symlink() and not path.name.endswith(".bak"):
            text = path.read_bytes()
            assert LABEL.encode() not in text, inside
