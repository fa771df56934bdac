# SPDX-License-Identifier: GPL-2.0-or-later
"""Stand-ins for the others who write multipath.conf on a dom0 (multipath.md 0.8 and 3), and a race of processes.

Both change the file as the real programs do, step by step; only the waits between the steps are ours, to be hit in.
"""
import fcntl
import os
import shutil
import time
import traceback

ETC = "/etc/multipath.conf"
SM_LOCK = "/var/lock/sm/multipath.conf/host"
MPATHCONF_TEMP = "/etc/multipath/.multipath.conf.tmp"


def sm_adds_wwid(conf, wwid, wait):
    """SM's edit_wwid() up to 7.0: under its lock a changed copy takes the file's place. Its way of printing puts a
    blank before every line but the first."""
    with open(SM_LOCK, "w+", encoding="ascii") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        temp = conf + "~"
        shutil.copy2(conf, temp)
        text = []
        with open(temp, encoding="utf-8", newline="") as file:
            for line in file:
                text += [line, " "]
                if line.split()[:2] == ["blacklist_exceptions", "{"]:
                    text.append(f'\twwid "{wwid}"\n')
        time.sleep(wait)
        with open(temp, "w", encoding="utf-8", newline="") as file:
            file.write("".join(text))
        os.rename(temp, conf)


def mpathconf_changes_line(old, new, waits):
    """mpathconf: works on a copy by a fixed name, keeps the file as .old, and writes the copy over it in place,
    through whatever links there are. No lock. cp opens the file before it makes the copy's name."""
    with open(ETC, "rb") as source:
        time.sleep(waits[0])
        with open(MPATHCONF_TEMP, "wb") as copy:
            copy.write(source.read())
    with open(MPATHCONF_TEMP, "r+b") as file:
        text = file.read()
        file.seek(0)
        file.truncate()
        file.write(text.replace(old, new))
    time.sleep(waits[1])
    shutil.copy2(ETC, ETC + ".old")
    with open(MPATHCONF_TEMP, "rb") as file:
        text = file.read()
    fd = os.open(ETC, os.O_WRONLY | os.O_TRUNC)
    half = len(text) // 2
    os.write(fd, text[:half])
    time.sleep(waits[2])
    os.write(fd, text[half:])
    os.close(fd)
    os.unlink(MPATHCONF_TEMP)


class Race:
    """Processes that are let go at the same moment. Each notes when it began; end() tells when it ended."""

    def __init__(self, scratch):
        self.scratch, self.pids = scratch, {}
        self.gate, self.opener = os.pipe()

    def _child(self, name, delay, run):
        pid = os.fork()
        if pid:
            self.pids[pid] = name
            return
        status = 1
        try:
            os.close(self.opener)
            said = os.open(self.scratch / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(said, 2)
            os.read(self.gate, 1)
            time.sleep(delay)
            run()
            status = 0
        except BaseException:  # nothing of pytest's may run in the child
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(status)

    def hook(self, name, argv, delay):
        self._child(name, delay, lambda: os.execve(argv[0], [str(word) for word in argv], {}))

    def writer(self, name, root, delay, run):
        """run() inside the root. Writers take turns: without any hook they would lose each other's changes, which is
        their affair; on a host one runs at boot, the other when storage is attached."""
        def turn():
            with open(self.scratch / "turn", "w", encoding="ascii") as lock:
                os.chroot(root)
                os.chdir("/")
                fcntl.flock(lock, fcntl.LOCK_EX)
                began = time.monotonic()
                run()
                os.write(2, f"{began} {time.monotonic()}\n".encode())
        self._child(name, delay, turn)

    def run(self, most=60):
        """{name: (exit status, what it said, seconds it ran or None)}; who does not end in time is killed."""
        start = time.monotonic()
        os.close(self.gate)
        os.close(self.opener)
        results, deadline = {}, start + most
        while self.pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in self.pids:
                name = self.pids.pop(pid)
                text = (self.scratch / name).read_text()
                results[name] = (os.waitstatus_to_exitcode(status), text, (start, time.monotonic()))
            elif time.monotonic() > deadline:
                for pid in self.pids:
                    os.kill(pid, 9)
                deadline += most
            else:
                time.sleep(0.0002)
        return results
