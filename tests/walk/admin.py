# SPDX-License-Identifier: GPL-2.0-or-later
"""An administrator who types what README.txt says, word for word, on the hosts of a pool.

The hosts' gpg, rpm, dnf, scriptlets and multipath-hook are real. xapi cannot be had here: xe, xe-install-supplemental-pack
and import-update-key are played by tests/interop/xapi.py, which takes the same steps, and xe's words are held against
its table (tests/xe_grammar.py). mount and scp are played as well.
"""
import shlex

from dom0 import HOST_UUID
from papers import readme_commands
from support import must
from xapi import PoolUpdate, resync_host
from xe_grammar import faults


class Image:
    """An image, what is on it, and what its README.txt says."""

    def __init__(self, iso, folder):
        self.iso, self.tree = iso, folder
        folder.mkdir()
        must(["bsdtar", "-xf", iso, "-C", folder])
        self.commands = readme_commands((folder / "README.txt").read_text())


class Pool:
    def __init__(self, *hosts):
        self.hosts, self.image, self.uploaded, self.mounted, self.best = list(hosts), None, None, False, True

    def follow(self, host, heading, first, last=None):
        """The commands of that heading, on that host: from the one that begins with `first` to the one with `last`."""
        lines = self.image.commands[heading]
        start = next(i for i, line in enumerate(lines) if line.startswith(first))
        end = next(i for i, line in enumerate(lines) if line.startswith(last or first) and i >= start)
        return [self.do(host, line) for line in lines[start:end + 1]][-1]

    def do(self, host, line):
        """One command, as typed on that host."""
        words = shlex.split(line.replace("<host>", HOST_UUID).replace("<sr>", HOST_UUID))
        played = {"mount": self.mount, "umount": self.umount, "/opt/xensource/debug/import-update-key": self.trust,
                  "scp": self.send, "ssh": self.there, "xe-install-supplemental-pack": self.install, "xe": self.xe}
        if words[0] in played:
            return played[words[0]](host, words)
        return host.run("/bin/sh", "-c", line)

    def mount(self, host, words):
        assert words == ["mount", "-o", "loop,ro", self.image.iso.name, "/mnt"]
        self.mounted = True

    def umount(self, host, words):
        assert words == ["umount", "/mnt"]
        self.mounted = False

    def trust(self, host, words):
        folder, _, name = words[1].rpartition("/")
        assert folder == "/root" or self.mounted and folder == "/mnt"
        host.import_update_key(self.image.tree / name if folder == "/mnt" else host.path(words[1]), name)

    def send(self, host, words):
        assert words[:3] == ["scp", "-o", "User=root"] and words[4] == "<address>:/root/" and self.mounted
        name = words[3].removeprefix("/mnt/")
        host.put(f"/root/{name}", (self.image.tree / name).read_bytes())

    def there(self, host, words):
        assert words[:4] == ["ssh", "-l", "root", "<address>"]
        return self.do(host, shlex.join(words[4:]))

    def install(self, host, words):
        assert words[-1] == self.image.iso.name
        self.upload(host)
        self.uploaded.on(host).apply()

    def upload(self, host):
        # best: as yum and dnf 5 do; dnf 4 is told by test_05
        self.uploaded = PoolUpdate(host, self.image.tree, best=self.best).introduce()

    def xe(self, host, words):
        assert faults(shlex.join(words)) == []
        given = dict(word.split("=", 1) for word in words[2:])
        uuid = given.get("uuid", given.get("host-uuid"))
        if words[1] == "update-upload":
            assert given["file-name"] == self.image.iso.name
            return self.upload(host)
        if words[1] == "update-resync-host":
            return resync_host(host)
        assert uuid == self.uploaded.uuid
        if words[1] == "update-precheck":
            return self.uploaded.on(host).precheck()
        if words[1] == "update-pool-apply":
            return [self.uploaded.on(each).apply() for each in self.hosts]
        if words[1] == "update-destroy":
            assert all(uuid not in resync_host(each) for each in self.hosts), "UPDATE_IS_APPLIED"
            return None
        return {"update-pool-clean": None}[words[1]]
