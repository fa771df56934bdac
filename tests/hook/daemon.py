# SPDX-License-Identifier: GPL-2.0-or-later
"""multipathd's stand-in (multipathd_stand_in.c) for one host, in a network namespace of its own.

An abstract socket belongs to the network namespace: a namespace a test module keeps other tests, and a multipathd of
this machine, out.
"""
import dataclasses
import os
import subprocess

IP = "/usr/sbin/ip"


@dataclasses.dataclass(frozen=True)
class Case:
    """A release with the daemon it has: era and machine of the daemon, and which build of the hook talks to it."""
    layout: str
    era: str
    arch: str = "x86_64"   # of the daemon
    hook: str = "native"   # "native" (64-bit, the build's own preset), "x86_64" or "i386": as shipped

    def __str__(self):
        return f"{self.layout}-{self.era}-{self.arch}-hook_{self.hook}"

    @property
    def asynchronous(self):
        return self.era == "modern"


# Every era. Up to XenServer 6.2 dom0 is a 32-bit system.
CASES = (
    Case("xs-5.6", "0.4.7", "i386"), Case("xs-5.6", "0.4.7", "i386", "i386"),
    Case("xs-6.2", "0.4.7", "i386"), Case("xs-6.2", "0.4.7", "i386", "i386"),
    Case("xs-6.5", "0.4.9"), Case("xs-6.5", "el6"),
    Case("xs-8.2", "el7"), Case("xs-8.2", "el7", "x86_64", "i386"),
    Case("xs-9", "modern"), Case("xs-9", "modern", "x86_64", "i386"),
)
# One of each era.
ERAS = tuple(case for case in CASES if case.hook == ("i386" if case.arch == "i386" else "native")
             and case.layout != "xs-5.6")


class Network:
    """A network namespace; a process started with .before is in it."""

    def __init__(self, name):
        self.name = name
        subprocess.run([IP, "netns", "add", name], check=True)

    @property
    def before(self):
        return [IP, "netns", "exec", self.name]

    def close(self):
        subprocess.run([IP, "netns", "delete", self.name], check=True)


class Daemon:
    """root: whose daemon it is, the host's unless told otherwise."""

    def __init__(self, network, program, log, root, era, mood):
        self.log_file = log
        self.process = subprocess.Popen([*network.before, program, root, era, mood, log], stdout=subprocess.PIPE,
                                        text=True, env={"PATH": os.environ["PATH"]})
        said = self.process.stdout.readline()
        assert said == "ready\n", f"the stand-in did not start: {said!r}"

    def _lines(self):
        """(seconds on the monotonic clock, text)"""
        lines = (line.split("\t", 1) for line in self.log_file.read_text().splitlines())
        return [(float(seconds), text) for seconds, text in lines]

    def log(self):
        """The commands it was sent."""
        return [text for _, text in self._lines() if not text.startswith("# ")]

    def became(self):
        """What became of the files: taken, refused, "refused, maps dropped"."""
        return [text[2:] for _, text in self._lines() if text.startswith("# ")]

    def when(self, command):
        """Seconds on the monotonic clock, of every time it was sent."""
        return [seconds for seconds, text in self._lines() if text == command]

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
