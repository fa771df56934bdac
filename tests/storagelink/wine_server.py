# SPDX-License-Identifier: GPL-2.0-or-later
"""A StorageLink server on wine: real service manager and file calls, stand-ins for what is Citrix's and OSNEXUS's.

Windows itself, its ACLs and NTFS cannot be had here. The shipped program is for x86; Debian's wine64 runs it where the
Windows half of libwine:i386 lies in /usr/lib/i386-linux-gnu/wine or in $SUPPACK_WINE32. Without it the same sources, built
for x86_64, are run.
"""
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from support import environment, must, run

WINE32 = Path(os.environ.get("SUPPACK_WINE32") or "/usr/lib/i386-linux-gnu/wine")
# An INVENTED shape: the real one is not public.
CONFIG = ('\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<!-- Gerät -->\r\n<rules version="2.0.0.4">\r\n'
          '  <rule vendor="NETAPP" product="LUN" />\r\n  <rule vendor="HP" product="HSV200" />\r\n</rules>\r\n').encode()
ENTRY = b'\r\n  <rule vendor="OSNEXUS" product="QUANTASTOR1" />'
RULE = "label=acme-mp\r\nversion=1.2\r\nvendor=OSNEXUS\r\nproduct=QUANTASTOR1\r\n"


def with_entry(config, number=5):
    return config.replace(b"2.0.0.4", b"2.0.0.%d" % number).replace(b'"HSV200" />', b'"HSV200" />' + ENTRY)


class Wine:
    """One prefix, made once; its service manager ends with it."""

    def __init__(self, home, stand_in):
        self.home = Path(home)
        wow = {"WINEDLLPATH": WINE32} if (WINE32 / "i386-windows").is_dir() else {}
        self.runs_x86 = bool(wow)
        self.env = environment(WINEPREFIX=self.home / "prefix", WINEDEBUG="-all", HOME=self.home, **wow)
        must(["wine", "wineboot", "-i"], env=self.env)
        must(["wineserver", "-w"], env=self.env)  # whatever the first start does has to be done
        self.drive = self.home / "prefix" / "drive_c"
        # wine ends its services with the last program that is none.
        shutil.copy(stand_in, self.drive / "keeper.exe")
        self.keeper = self.hold(self.drive / "keeper.exe", self.drive / "keeper.exe", 3)

    def hold(self, stand_in, file, share):
        """A program that has the file open, until release()."""
        holder = subprocess.Popen(["wine", stand_in, "hold", windows(file), str(share)], env=self.env,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert holder.stdout.readline().strip() == b"held"
        return holder

    @staticmethod
    def release(holder, file):
        released = Path(f"{file}.release")
        released.touch()
        holder.wait(20)
        holder.stdout.close()
        released.unlink()

    def run(self, *words, more=(), **kwargs):
        done = subprocess.run(["wine", *map(str, words)], env={**self.env, **dict(more)}, check=False, timeout=120,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done

    def close(self):
        self.release(self.keeper, self.drive / "keeper.exe")
        run(["wineserver", "-k"], env=self.env)
        run(["wineserver", "-w"], env=self.env)
        shutil.rmtree(self.home, ignore_errors=True)


def windows(path):
    """A path below drive_c as Windows has it."""
    parts = Path(path).parts
    return "C:\\" + "\\".join(parts[parts.index("drive_c") + 1:])


class Server:
    """The folder of StorageLink, the pack's folder, and the service."""

    def __init__(self, wine, program, folder="Program Files/Citrix/StorageLink/Server"):
        self.wine = wine
        self.folder = wine.drive / folder
        self.folder.mkdir(parents=True)
        self.config = self.folder / "scsi_device_id_config.xml"
        self.config.write_bytes(CONFIG)
        self.original = self.folder / "scsi_device_id_config.xml.before-acme-mp"
        self.record = self.folder / "scsi_device_id_config.xml.record-acme-mp"
        self.service = "storagelink"
        self.pack = wine.drive / "pack disk"
        self.pack.mkdir()
        built = "libexec/suppack/storagelink-hook.exe" if wine.runs_x86 else "tests/storagelink-hook.x86_64.exe"
        self.exe = shutil.copy(program(built), self.pack / "storagelink-hook.exe")
        (self.pack / "storagelink.conf").write_text(RULE, newline="")
        self.stand_in = shutil.copy(program("tests/storagelink_stand_in.exe"), self.pack / "stand_in.exe")
        self.journal = self.pack / "journal"
        self.journal.touch()

    def register(self, start=True, key="storagelink", more=()):
        self.service = key
        line = " ".join(f'"{word}"' for word in (windows(self.stand_in), "service", windows(self.journal), windows(self.config)))
        done = self.wine.run("sc", "create", key, "binPath=", line, *more)
        assert done.returncode == 0, done.stdout
        if start:
            done = self.net("start")
            assert done.returncode == 0, done.stdout
            self.wait_until("RUNNING")
            self.journal.write_text("")

    def state(self):
        """"RUNNING", "STOPPED" ...; "" where there is no such service."""
        found = re.search(r"STATE\s+: \d+\s+(\w+)", self.wine.run("sc", "query", self.service).stdout)
        return found[1] if found else ""

    def wait_until(self, *states, seconds=60):
        """wine's `net` and `sc delete` do not wait for what they began."""
        until = time.monotonic() + seconds
        while (found := self.state()) not in states:
            assert time.monotonic() < until, found
            time.sleep(0.05)

    def net(self, verb):
        return self.wine.run("net", verb, self.service)

    def behave(self, mode):
        (self.pack / "journal.mode").write_text(mode)

    def adapter(self, status=0, action="none"):
        exe = self.pack / "osn_quantastor_csladapter.exe"
        shutil.copy(self.stand_in, exe)
        Path(f"{exe}.mode").write_text(f"{status} {action} {windows(self.journal)}\n{windows(self.config)}\n")
        return "--adapter", windows(exe)

    def run(self, *words):
        """A service is watched for a second only, where a test says nothing else."""
        watch = ["--watch", "1"] if words[:1] in (("install",), ("remove",)) and "--watch" not in words else []
        return self.wine.run(self.exe, *words[:1], *watch, *words[1:])

    def edit(self, *words):
        """install or remove where no service is registered."""
        return self.run(*words, "--no-service")

    def ask(self, *words):
        """(exit status, status --json)"""
        done = self.run("status", "--json", *words)
        return done.returncode, json.loads(done.stdout)

    @property
    def events(self):
        return self.journal.read_text().splitlines()

    def left(self):
        return sorted(path.name for path in self.folder.iterdir())

    def close(self):
        self.behave("none")
        until = time.monotonic() + 60
        while self.state() or self.state():  # under load, wine may refuse a request, or answer one with nothing
            assert time.monotonic() < until, self.state()
            self.net("stop")
            if self.state() == "STOPPED":
                self.wine.run("sc", "delete", self.service)
            time.sleep(0.2)
        for folder in (self.folder, self.pack):
            shutil.rmtree(folder)
