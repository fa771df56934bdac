#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for multipathd: its command socket of one era, and what it is told to answer.

Not multipathd: it maps nothing. It reads the devices of the root's own files when it is reconfigured, and prints them
for `show config`, so that a client sees whether its file was taken (multipath.md 3.1). The real one runs in the VM tests.

usage: multipathd_stand_in.py ROOT SOCKET MOOD LOG
  SOCKET  abstract | /path inside ROOT      MOOD  obeys refuses deaf hangs slow no-path dies
"""
import glob
import os
import socket
import struct
import sys

ABSTRACT = "\0org/kernel/linux/storage/multipathd"
READY = """360a (360a) dm-0 OSNEXUS ,QUANTASTOR
size=1.0G features='0' hwhandler='0' wp=rw
`-+- policy='service-time 0' prio=1 status=active
  `- 2:0:0:0 sda 8:0 active {state} running
"""


def configuration():
    """What the era's parser would make of the files, as `show config` prints it."""
    text = []
    for path in ["/etc/multipath.conf", *sorted(glob.glob("/etc/multipath/conf.d/*.conf"))]:
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                text.append(file.read())
    return "".join(text)


def answer(command, mood, config):
    if command == "reconfigure" and mood == "refuses":
        return "fail\n"
    if command == "reconfigure":
        config["asked"] += 1
        if mood != "deaf":
            config["text"] = configuration()
        return "ok\n"
    if command == "show config":
        return config["text"]
    if command == "show daemon":
        busy = mood == "slow" and config["asked"] and config["polls"] < 5
        config["polls"] += 1
        return "pid 1 configure (pending reconfigure)\n" if busy else "pid 1 idle\n"
    if command == "show topology":
        return READY.format(state="faulty" if mood == "no-path" else "ready")
    return "multipath-tools: unknown command\n"


def serve(connection, mood, config, log):
    while True:
        head = connection.recv(8, socket.MSG_WAITALL)
        if len(head) < 8:
            return
        command = connection.recv(struct.unpack("=Q", head)[0], socket.MSG_WAITALL).rstrip(b"\0").decode()
        log.write(command + "\n")
        log.flush()
        if mood == "hangs" and command == "reconfigure":
            connection.recv(1)
            return
        if mood == "dies" and command == "reconfigure":
            sys.exit(0)
        reply = answer(command, mood, config).encode() + b"\0"
        connection.sendall(struct.pack("=Q", len(reply)) + reply)


def main():
    root, name, mood, log_path = sys.argv[1:]
    server = socket.socket(socket.AF_UNIX)
    with open(log_path, "w", encoding="utf-8") as log:
        # Bound inside the root, as its own daemon does, so that the peer's root is the host's.
        os.chroot(root)
        os.chdir("/")
        if name != "abstract":
            os.makedirs(os.path.dirname(name), exist_ok=True)
        server.bind(ABSTRACT if name == "abstract" else name)
        server.listen()
        config = {"text": configuration(), "asked": 0, "polls": 0}
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            with connection:
                serve(connection, mood, config, log)


if __name__ == "__main__":
    main()
