# SPDX-License-Identifier: GPL-2.0-or-later
"""One virtual machine: qemu without hardware help (TCG), driven over QMP and over qemu's own guest agent.

A machine's state may be saved to a file and waked from it, many times and side by side: 1 s in place of a boot.
"""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

MEMORY = "640M"
PROMPT = 180  # seconds in which qemu itself, or the agent of a machine that runs, must answer; busy machines are slow


class GuestFailed(AssertionError):
    """A command in the guest ended with another status than 0."""


class Line:
    """A qemu socket that takes and gives one JSON object a line."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.buffer = b""

    def send(self, request):
        self.socket.settimeout(PROMPT)
        self.socket.sendall(json.dumps(request).encode() + b"\n")

    def receive(self, until):
        """The next object, or None when the time is over or what came is none."""
        while b"\n" not in self.buffer:
            self.socket.settimeout(max(0.01, until - time.monotonic()))
            try:
                more = self.socket.recv(1 << 20)
            except TimeoutError:
                return None
            if not more:
                raise ConnectionError("qemu ended")
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        try:
            return json.loads(line.lstrip(b"\xff"))
        except ValueError:
            return None

    def close(self):
        self.socket.close()


class Machine:
    """A running qemu. root: what -drive takes as file= for the root disk. state: a saved state to wake; plugged: what
    plug() had added when it was saved."""

    def __init__(self, system, root, state=None, plugged=()):
        self.system = system
        self.directory = Path(tempfile.mkdtemp(prefix="suppack-vm-"))  # short: it holds sockets
        self.console = self.directory / "console"
        self.plugged = list(plugged)
        command = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-machine", "pc,usb=off", "-accel", "tcg", "-smp", "1", "-m", MEMORY, "-kernel", system.kernel,
            "-initrd", system.initrd, "-append", "console=ttyS0 quiet mitigations=off nokaslr panic=-1 random.trust_cpu=on",
            "-chardev", f"file,id=console,path={self.console}", "-serial", "chardev:console",
            "-chardev", f"socket,id=monitor,path={self.directory}/monitor,server=on,wait=off", "-mon", "monitor,mode=control",
            "-drive", f"file={system.usr},format=raw,if=none,id=usr,readonly=on", "-device", "virtio-blk-pci,drive=usr",
            "-drive", f"file={root},format=raw,if=none,id=root,cache=writeback",
            "-device", "virtio-blk-pci,drive=root", "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=agent,path={self.directory}/agent,server=on,wait=off",
            "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"]
        for number, image in enumerate(plugged, 1):
            for option, values in (("-blockdev", self._node(number, image)), ("-device", self._disk(number))):
                command += [option, json.dumps(values)]
        if state:
            command += ["-incoming", f"exec:cat '{state}'"]
        # It ends with us, however we end.
        with open(self.directory / "qemu.log", "wb") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=log)
        self.monitor = self.agent = None
        try:
            self._begin(state)
        except BaseException:
            self.close()
            raise

    def _begin(self, state):
        self.monitor = self._connect("monitor")
        self.monitor.receive(time.monotonic() + PROMPT)  # its greeting
        self.qmp("qmp_capabilities")
        self.agent = self._connect("agent")
        if state:
            self._wait_for("paused")  # as it was saved
            self.qmp("cont")
        self.synchronize()

    def _connect(self, name):
        until = time.monotonic() + PROMPT
        while True:
            try:
                return Line(self.directory / name)
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise AssertionError(f"no qemu: {(self.directory / 'qemu.log').read_text()}") from None
                time.sleep(0.02)

    def _wait_for(self, status):
        until = time.monotonic() + PROMPT
        while self.qmp("query-status")["status"] != status:
            assert time.monotonic() < until, f"the machine is not {status}"
            time.sleep(0.02)

    # ---- qemu ------------------------------------------------------------------------------
    def qmp(self, command, **arguments):
        self.monitor.send({"execute": command, "arguments": arguments})
        until = time.monotonic() + PROMPT
        while time.monotonic() < until:
            answer = self.monitor.receive(until) or {}
            assert "error" not in answer, f"{command}: {answer}"
            if "return" in answer:
                return answer["return"]
        raise AssertionError(f"qemu did not answer to {command}")

    def save(self, file):
        """Stops for good, with the state in the file. The disks must stay as they are now for whoever wakes it."""
        self.qmp("stop")
        self.qmp("migrate-set-parameters", **{"max-bandwidth": 1 << 34})
        self.qmp("migrate", uri=f"exec:cat >'{file}'")
        until = time.monotonic() + PROMPT
        while (status := self.qmp("query-migrate").get("status")) != "completed":
            assert status != "failed" and time.monotonic() < until, f"saving the state: {status}"
            time.sleep(0.05)
        self.close()

    def boot(self, kind, mode="whole"):
        """Lets a machine that waits in its first root go on with the root disk, a file system of that kind.

        mode: see guest/start."""
        # No answer is waited for: the agent that would give it ends then.
        self.agent.send({"execute": "guest-exec", "arguments": {
            "path": "/bin/sh", "arg": ["-c", f"echo {kind} {mode} >/go"]}})
        until = time.monotonic() + 2 * PROMPT
        while b" ready\r\n" not in (said := self.console.read_bytes()):
            assert self.process.poll() is None and time.monotonic() < until, said.decode(errors="replace")[-3000:]
            time.sleep(0.05)
        self.synchronize()

    def plug(self, image):
        """Adds a read-only disk while the machine runs, as xapi plugs a VBD. Its device in the guest."""
        self.plugged.append(image)
        number = len(self.plugged)
        self.qmp("blockdev-add", **self._node(number, image))
        self.qmp("device_add", **self._disk(number))
        device = f"/dev/disk/by-id/virtio-disk{number}"
        self.shell('until [ -e "$1" ]; do sleep 0.05; done', device, timeout=PROMPT)
        return device

    @staticmethod
    def _node(number, image):
        return {"driver": "raw", "node-name": f"disk{number}", "read-only": True,
                "file": {"driver": "file", "filename": str(image)}}

    @staticmethod
    def _disk(number):
        return {"driver": "virtio-blk-pci", "drive": f"disk{number}", "id": f"disk{number}", "serial": f"disk{number}"}

    def close(self):
        """Ends qemu between two instructions, if it still runs, and takes its sockets and logs away. May be called again."""
        self.process.kill()
        self.process.wait(timeout=PROMPT)
        for line in (self.monitor, self.agent):
            if line:
                line.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    # ---- the guest -------------------------------------------------------------------------
    def synchronize(self, timeout=5 * PROMPT):
        """Waits until the agent answers, whatever it was last asked."""
        until = time.monotonic() + timeout
        token = int.from_bytes(os.urandom(6), "big")
        while time.monotonic() < until:
            token += 1
            self.agent.send({"execute": "guest-sync-delimited", "arguments": {"id": token}})
            soon = time.monotonic() + 0.5
            while time.monotonic() < soon:
                if (self.agent.receive(soon) or {}).get("return") == token:
                    return
        raise AssertionError(f"no agent answers; the console says:\n{self.console.read_text(errors='replace')[-3000:]}")

    def ask(self, command, **arguments):
        self.agent.send({"execute": command, "arguments": arguments})
        answer = self.agent.receive(time.monotonic() + PROMPT)
        assert answer and "return" in answer, f"{command}: {answer}"
        return answer["return"]

    def start(self, *argv, typed="", env=()):
        """Starts a command; what wait() takes."""
        path, *words = map(str, argv)
        typed = typed if isinstance(typed, bytes) else typed.encode()
        extra = {"input-data": base64.b64encode(typed).decode()} if typed else {}
        return self.ask("guest-exec", path=path, arg=words, env=list(env), **{"capture-output": True}, **extra)["pid"]

    def wait(self, pid, timeout=3 * PROMPT):
        """(status, stdout, stderr), the latter as bytes; a command that a signal ended has minus its number."""
        until, pause = time.monotonic() + timeout, 0.01
        while True:
            state = self.ask("guest-exec-status", pid=pid)
            if state["exited"]:
                status = -state["signal"] if "signal" in state else state["exitcode"]
                return (status, *(base64.b64decode(state.get(name, "")) for name in ("out-data", "err-data")))
            assert time.monotonic() < until, f"process {pid} of the guest still runs after {timeout} s"
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    def shell(self, script, *words, typed="", timeout=3 * PROMPT):
        """The script's stdout; GuestFailed when it fails."""
        status, out, err = self.wait(self.start("/bin/sh", "-c", script, "sh", *words, typed=typed), timeout)
        if status != 0:
            raise GuestFailed(f"{script}: {status}\n{(out + err).decode(errors='replace')}")
        return out.decode(errors="replace")
