# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for SM's fairlock service (multipath.md 3): a unix stream socket; who connects waits for a first byte,
and holds the lock until he closes the connection. One at a time, in the order they came."""
import select
import socket
import threading
import time

PATH = "/run/fairlock/devicemapper"


class Fairlock:
    """Grants `after` seconds after it was asked. held: (asked, granted, given back) on the monotonic clock."""

    def __init__(self, host, after=0.0):
        self.after, self.held = after, []
        self.path = host.at(PATH)
        self.path.parent.mkdir(parents=True)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.path))
        self.server.listen()
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self):
        while not self.ending.is_set():
            if not select.select([self.server], [], [], 0.05)[0]:
                continue
            connection, _ = self.server.accept()
            with connection:
                asked = time.monotonic()
                if connection in select.select([connection], [], [], self.after)[0]:
                    continue  # gone before it was granted
                granted = time.monotonic()
                connection.sendall(b"LOCK\0")
                while not self.ending.is_set() and not self._given_back(connection):
                    pass
                self.held.append((asked, granted, time.monotonic()))

    @staticmethod
    def _given_back(connection):
        if not select.select([connection], [], [], 0.05)[0]:
            return False
        try:
            return not connection.recv(1)
        except ConnectionResetError:  # closed with bytes of ours unread
            return True

    def close(self):
        """Waits until what is held has been given back by a client that has ended."""
        time.sleep(0.1)
        self.ending.set()
        self.thread.join()
        self.server.close()
