# SPDX-License-Identifier: GPL-2.0-or-later
"""What a host is and what it has of a pack. Looks only. Runs on the hosts' Python 2.7 and 3.6."""
from __future__ import absolute_import, division, print_function

import glob
import json
import os
import re
import socket
import struct

__metaclass__ = type

PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/opt/xensource/bin"
ENVIRONMENT = {"PATH": PATH, "LANG": "C", "LC_ALL": "C"}
STAMPS = "/var/update/applied"
# Where multipathd listens: from XenServer 7 on, with multipath-tools 0.12, up to 6.5 (libmpathcmd).
SOCKETS = ("\0/org/kernel/linux/storage/multipathd", "/run/multipathd.socket", "/var/run/multipathd.sock")
PATH_LINE = re.compile(r"\d+:\d+:\d+:\d+\s.*")
DAEMON_TIMEOUT = 10  # seconds
MOST_REPLY = 1 << 24


def read(path):
    """Text of a file; "" where there is none."""
    try:
        with open(path) as stream:
            return stream.read()
    except (IOError, OSError):
        return ""


def inventory():
    """/etc/xensource-inventory as a dict."""
    return dict(re.findall(r"(?m)^([A-Z0-9_]+)='([^']*)'$", read("/etc/xensource-inventory")))


def product_version(facts):
    """(8, 3, 0); () where the host does not say."""
    return tuple(int(arc) for arc in re.findall(r"\d+", facts.get("PRODUCT_VERSION", "")))


def pack_status(module, label):
    """(what the hook of the installed pack says with `status --json`, None), or (None, why there is no answer).

    (None, None): no pack of that label is installed.
    """
    hook = "/opt/%s/bin/multipath-hook" % label
    if not os.path.exists(hook):
        return None, None
    done = module.run_command([hook, "status", "--json"], environ_update=ENVIRONMENT)
    try:
        found = json.loads(done[1])
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return None, "'%s status' does not answer: %s" % (hook, (done[2] or done[1] or "exit %d" % done[0]).strip())
    return found, None


def stamps(label):
    """uuid -> version of the packs of that label whose stamp xapi reads (packs.md B.3)."""
    found = {}
    for path in glob.glob(STAMPS + "/*"):
        text = read(path)
        if re.search(r'\bname-label="%s"' % re.escape(label), text):
            version = re.search(r'\bversion="([^"]*)"', text)
            found[os.path.basename(path)] = version.group(1) if version else None
    return found


def classic_record(label):
    """The entry among the installed repositories of releases before 7.1; None."""
    found = glob.glob("/etc/xensource/installed-repos/*:%s" % label)
    return found[0] if found else None


def pool_role():
    """("master", None), ("slave", address of the master) or ("unknown", None): xapi's pool.conf."""
    text = read("/etc/xensource/pool.conf").strip()
    if text == "master":
        return "master", None
    role, _, address = text.partition(":")
    return (role, address) if role == "slave" else ("unknown", None)


def describe(module, label):
    """One flat dict a host; its keys are those of the report, see README.md."""
    facts = inventory()
    status, error = pack_status(module, label)
    applied = stamps(label)
    role, master = pool_role()
    row = {"label": label, "role": role, "master": master, "state": "absent", "version": None, "uuid": None,
           "file": None, "block_sha256": None, "daemon": None, "message": error,
           "product": " ".join(filter(None, (facts.get("PRODUCT_BRAND"), facts.get("PRODUCT_VERSION")))) or None,
           "recorded": sorted(applied), "pending_reboot": bool(read("/run/reboot-required.hfxs").strip())}
    if status:
        row.update((key, status.get(key)) for key in ("state", "version", "uuid", "file", "block_sha256", "daemon",
                                                      "message"))
        recorded = status.get("uuid") in applied if product_version(facts) >= (7, 1) else classic_record(label)
        if row["state"] == "applied" and not recorded:
            row.update(state="unrecorded", message="the settings are in use, but xapi has no record of the pack")
    elif error or applied or classic_record(label):
        row.update(state="broken", message=error or "xapi has a record of the pack, but its program is not there")
    return row


def good(row):
    """The pack is there, in use, and known to xapi."""
    return row["state"] == "applied" and row["daemon"] in ("agrees", "none")


def ask_daemon(command):
    """multipathd's reply, None where none runs. IOError where one does but gives no answer.

    Length in the daemon's size_t, then the text; both with the final NUL (libmpathcmd, and el6 and before).
    """
    for name in SOCKETS:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(DAEMON_TIMEOUT)
        try:
            connection.connect(name)
        except (IOError, OSError):
            connection.close()
            continue
        try:
            data = command.encode() + b"\0"
            connection.sendall(struct.pack("L", len(data)) + data)
            size, = struct.unpack("L", _receive(connection, struct.calcsize("L")))
            if size > MOST_REPLY:
                raise IOError("a reply of %d bytes" % size)
            return _receive(connection, size).decode("utf-8", "replace").rstrip("\0")
        finally:
            connection.close()
    return None


def _receive(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise IOError("the reply ends too early")
        data += piece
    return data


def failed_paths(topology):
    """Lines of `show topology` that tell of a path which is not well."""
    found = [match.group(0).strip() for match in map(PATH_LINE.search, topology.splitlines()) if match]
    return [line for line in found if re.search(r"\b(failed|faulty|shaky|offline)\b", line)]


def xe(module, *words):
    """(exit status, stdout, what it said); (None, "", sentence) where there is no xe."""
    program = module.get_bin_path("xe", opt_dirs=["/opt/xensource/bin"])
    if not program:
        return None, "", "there is no xe on this host"
    status, out, err = module.run_command([program] + list(words), environ_update=ENVIRONMENT)
    return status, out.strip(), " ".join((err or out).split())


def obstacles(module, allow_ha, space):
    """Sentences, one a reason why this host must not be changed now. What cannot be found out is a reason too.

    space: bytes that must be free on the file system of /.
    """
    found = []
    try:
        topology = ask_daemon("show topology")
        paths = failed_paths(topology or "")
        if paths:
            found.append("%d path(s) of its storage are not well: %s" % (len(paths), "; ".join(paths[:4])))
    except (IOError, OSError) as error:
        found.append("multipathd runs but does not say how its paths are: %s" % error)
    status, tasks, said = xe(module, "task-list", "status=pending", "--minimal")
    if status != 0:
        found.append("xapi does not say which tasks it runs: %s" % said)
    elif tasks:
        found.append("xapi is at work on %d task(s): %s" % (len(tasks.split(",")), tasks))
    status, enabled, said = xe(module, "pool-list", "params=ha-enabled", "--minimal")
    if status != 0 or enabled not in ("true", "false"):
        found.append("xapi does not say whether HA is on: %s" % (said if status != 0 else repr(str(enabled))))
    elif enabled == "true" and not allow_ha:
        found.append("HA is on in its pool; switch it off, or set suppack_allow_ha")
    disk = os.statvfs("/")
    free = disk.f_bavail * disk.f_frsize
    if free < space:
        found.append("'/' has %d KiB free, %d are needed" % (free // 1024, space // 1024))
    return found
