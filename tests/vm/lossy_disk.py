# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk that loses at a power cut what it was not told to keep.

A file of the host would not do: what qemu wrote into it stays in the host's page cache when qemu is killed, flushed
or not. This is a server of NBD, the network block device protocol, that holds the disk in memory twice: as it reads
now, and as it was at the last FLUSH (or FUA write, which is kept at once). At a cut, of each write since then any
sectors may have come through, as with a real disk's cache: none of them, all, or some.
Protocol: https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md, fixed newstyle, simple replies.
"""
import os
import socket
import struct
import tempfile
import threading

NBD_MAGIC, OPTION_MAGIC, REPLY_MAGIC = b"NBDMAGIC", b"IHAVEOPT", 0x3E889045565A9
EXPORT_NAME, GO = 1, 7
ACK, INFO, UNSUPPORTED = 1, 3, 0x80000001
READ, WRITE, DISCONNECT, FLUSH = range(4)
HAS_FLAGS, SEND_FLUSH, SEND_FUA, FUA = 1, 4, 8, 1
SECTOR = 512


class LossyDisk:
    """Serves one client at a time until close(). content: the disk's bytes, kept."""

    def __init__(self, content):
        self.now, self.kept = bytearray(content), bytearray(content)
        self.pending = []       # (offset, bytes) since the last flush
        self.changes = 0        # writes and flushes that were asked for
        self.cut_at = self.on_cut = None
        self.lock = threading.Lock()
        self.directory = tempfile.mkdtemp(prefix="suppack-nbd-")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.directory}/disk")
        self.listener.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def name(self):
        """What qemu's -drive takes as file=."""
        return f"nbd:unix:{self.directory}/disk"

    def cut_after(self, count, on_cut):
        """Fails for good at the count-th write or flush from now on, before it is done, and calls on_cut."""
        with self.lock:
            self.changes, self.cut_at, self.on_cut = 0, count, on_cut

    def after_cut(self, random, share=None):
        """The disk's bytes once there is power again. share: how much of what was not flushed came through."""
        with self.lock:
            content = bytearray(self.kept)
            share = random.choice((0, 0.5, 1)) if share is None else share
            for offset, data in self.pending:
                for at in range(0, len(data), SECTOR):
                    if random.random() < share:
                        content[offset + at:offset + at + SECTOR] = data[at:at + SECTOR]
            return content

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=30)
        os.unlink(f"{self.directory}/disk")
        os.rmdir(self.directory)

    # ---- the protocol --------------------------------------------------------------------------
    def _serve(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:  # closed
                return
            with client:
                try:
                    if self._agree(client):
                        while self._answer(client):
                            pass
                except OSError:  # qemu was killed
                    pass

    def _export(self):
        return struct.pack(">QH", len(self.now), HAS_FLAGS | SEND_FLUSH | SEND_FUA)

    def _agree(self, client):
        """The handshake; False when the client leaves."""
        client.sendall(NBD_MAGIC + OPTION_MAGIC + struct.pack(">H", 3))
        take(client, 4)
        while True:
            magic, option, size = struct.unpack(">8sII", take(client, 16))
            take(client, size)
            if magic != OPTION_MAGIC:
                return False
            if option == EXPORT_NAME:
                client.sendall(self._export())
                return True
            if option == GO:
                for kind, data in ((INFO, b"\0\0" + self._export()), (ACK, b"")):
                    client.sendall(struct.pack(">QIII", REPLY_MAGIC, option, kind, len(data)) + data)
                return True
            client.sendall(struct.pack(">QIII", REPLY_MAGIC, option, UNSUPPORTED, 0))

    def _answer(self, client):
        """One request; False when there is no more to be answered."""
        _, flags, kind, handle, offset, size = struct.unpack(">IHHQQI", take(client, 28))
        data = take(client, size) if kind == WRITE else b""
        with self.lock:
            if kind in (WRITE, FLUSH) and not self._change(kind, flags, offset, data):
                return False
            read = bytes(self.now[offset:offset + size]) if kind == READ else b""
        if kind != DISCONNECT:
            client.sendall(struct.pack(">IIQ", 0x67446698, 0, handle) + read)
        return kind != DISCONNECT

    def _change(self, kind, flags, offset, data):
        self.changes += 1
        if self.cut_at and self.changes >= self.cut_at:
            self.on_cut()
            return False
        if kind == FLUSH:
            for at, kept in self.pending:
                self.kept[at:at + len(kept)] = kept
            self.pending = []
        else:
            self.now[offset:offset + len(data)] = data
            if flags & FUA:
                self.kept[offset:offset + len(data)] = data
            else:
                self.pending.append((offset, data))
        return True


def take(client, size):
    """Exactly so many bytes."""
    parts = []
    while size:
        part = client.recv(size)
        if not part:
            raise ConnectionError("the client left")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
