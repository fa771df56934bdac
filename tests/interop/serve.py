# SPDX-License-Identifier: GPL-2.0-or-later
"""The update server of a dom0: serves a directory at http://127.0.0.1/ (port 80, as xapi does).

Started as a program of its own in a private network namespace (UpdateServer below), which the
scratch roots' commands join. So the port is free, baseurl is literally xapi's, and nothing in a
scratch root can reach a multipathd of this machine: its abstract socket is per network namespace.
"""
import fcntl
import http.server
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        print(format % args, file=sys.stderr, flush=True)


def main(docroot):
    loopback_up()
    os.chdir(docroot)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 80), Handler)
    print("ready", flush=True)
    server.serve_forever()


class UpdateServer:
    """Runs the above. .enter begins a command in its network and in namespaces of its own; .log: what was asked for."""

    def __init__(self, directory, unshare):
        self.docroot = Path(directory) / "www"
        self.docroot.mkdir()
        self.log = Path(directory) / "access.log"
        with open(self.log, "w", encoding="utf-8") as log:
            # It ends with us, however we end.
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "unshare", "--net", sys.executable,
                                             __file__, self.docroot], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=log, text=True)
        ready = self.process.stdout.readline()
        assert ready == "ready\n", self.log.read_text()
        self.enter = ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", *unshare]

    def publish(self, url_path, tree):
        """Makes tree the content below url_path."""
        place = self.docroot / url_path
        self.withdraw(url_path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(tree)

    def withdraw(self, url_path):
        (self.docroot / url_path).unlink(missing_ok=True)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()
        shutil.rmtree(self.docroot, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
