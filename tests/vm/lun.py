# SPDX-License-Identifier: GPL-2.0-or-later
"""The LUN that calls itself OSNEXUS QUANTASTOR, its map, and I/O on it."""
import re
from dataclasses import dataclass

from machine import PROMPT

WWID = "1OSNEXUSQUANTASTOR_2000"
MAP = f"/dev/mapper/{WWID}"
SAID = re.compile(r"reads (\d+) writes (\d+) failed (\d+) corrupt (\d+) longest ([\d.]+) s\n\Z")
# What Debian's multipathd 0.9.4 makes of it by itself, and what the stanza makes of it (dmsetup table).
DEFAULT = "2 groups of 1 path, service-time"
STANZA = "1 group of 2 paths, round-robin"


@dataclass(frozen=True)
class Io:
    reads: int
    writes: int
    failed: int
    corrupt: int
    longest: float  # seconds

    def __str__(self):
        return (f"{self.reads} reads and {self.writes} writes, {self.failed} failed, {self.corrupt} corrupt, "
                f"longest {self.longest:.3f} s")


def wait_for_map(host):
    """multipathd makes it some time after it was started, perhaps with one path first."""
    host.shell('until dmsetup table "$1" | grep -Eq " 8:0 .* 8:16 | 8:16 .* 8:0 "; do sleep 0.1; done', WWID)


def table(host):
    """The map's line of `dmsetup table`, but for the paths' numbers, which a reload may list in another order."""
    return host.shell('dmsetup table "$1"', WWID).strip()


def groups(host):
    """[(selector's name, [numbers of its paths])] of the map's groups, as the kernel has them."""
    words = table(host).split()
    assert words[2] == "multipath", words
    at = 3
    at += 1 + int(words[at])             # features
    at += 1 + int(words[at])             # hardware handler
    count, at = int(words[at]), at + 2   # of groups, and which one first
    found = []
    for _ in range(count):
        selector, arguments = words[at], int(words[at + 1])
        at += 2 + arguments
        paths, each = int(words[at]), int(words[at + 1])
        found.append((selector, words[at + 2:at + 2 + paths * (1 + each):1 + each]))
        at += 2 + paths * (1 + each)
    assert at == len(words), words
    return found


def policy(host):
    """The same in words: how many groups of how many paths, chosen among by what."""
    found = groups(host)
    kinds = {f"of {len(paths)} path{'s' * (len(paths) > 1)}, {selector}" for selector, paths in found}
    return f"{len(found)} group{'s' * (len(found) > 1)} " + "; ".join(sorted(kinds))


def paths(host):
    """{number: whether the kernel would use it} of the map's paths; empty when there is no map."""
    shown = host.shell('dmsetup status "$1" || :', WWID)
    return {number: state == "A" for number, state in re.findall(r" (8:\d+) ([AF]) ", shown)}


def set_path(host, disk, state):
    """state: running, or offline, as a lost link of an array looks to multipath."""
    host.shell('echo "$2" >"/sys/block/$1/device/state"', disk, state)


def device(host):
    """{keyword: value} of the daemon's own device for the array; empty when it has none."""
    shown = host.shell("multipathd show config local")
    inside = shown[shown.index("\ndevices {"):]
    for block in re.findall(r"\tdevice \{\n(.*?)\n\t\}", inside, re.DOTALL):
        found = dict(re.findall(r'^\t\t(\w+) "?(.*?)"?$', block, re.MULTILINE))
        if found.get("vendor") == "OSNEXUS" and found.get("product") == "QUANTASTOR":
            return found
    return {}


class Traffic:
    """Reads and writes on the map, each verified, from start() to stop()."""

    def __init__(self, host, program):
        self.machine = host.machine
        host.put("/run/io_check", program.read_bytes(), 0o755)
        self.pid = self.machine.start("/run/io_check", MAP)

    def stop(self):
        """Io. AssertionError when one failed or was corrupt, or waits for a path for ever."""
        self.machine.shell("kill -TERM $1", str(self.pid))
        status, out, err = self.machine.wait(self.pid, PROMPT)
        found = SAID.search(out.decode())
        assert found, (status, out, err)
        io = Io(*map(int, found.groups()[:4]), float(found[5]))
        assert (status, io.failed, io.corrupt) == (0, 0, 0), f"{io}\n{err.decode()}"
        return io
