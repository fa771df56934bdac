# SPDX-License-Identifier: GPL-2.0-or-later
"""The real parsers as judges: on this machine what they read (multipath -t), in a virtual host what they do with it."""
import gzip
import json
import subprocess
import sys
from pathlib import Path

from support import SOURCE, environment

for folder in ("interop", "vm"):
    sys.path.insert(0, str(SOURCE / "tests" / folder))
from hosts import first_disk  # noqa: E402
from system import system  # noqa: E402
from vm_host import VmHost  # noqa: E402

ASK = Path(__file__).with_name("ask.py")
SHOW = ["/usr/sbin/multipath", "-t"]
MAKE = ["/usr/sbin/multipath", "-d", "-v3"]
# Two paths to one LUN, as tests/vm/guest/start makes them, but with nobody who makes a map of them.
LUN = """mkdir -p /run/lock
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --subsystem-match=block
modprobe -a sd_mod dm_multipath
modprobe scsi_debug inq_vendor=OSNEXUS inq_product=QUANTASTOR add_host=2 vpd_use_hostno=0 dev_size_mb=16 delay=0
udevadm settle --timeout=180
"""
ROOT = """mkdir /run/$2 && mount -o ro "$1" /run/$2 && mount -t tmpfs etc /run/$2/etc || exit 1
for place in dev proc sys run; do mount --bind /$place /run/$2/$place || exit 1; done
"""


def ask(root, programs, cases, keep=None, timeout=3000):
    """[[(status, stdout, stderr) a program] a case], in the root on this machine."""
    script = 'mount -t tmpfs etc "$1/etc" && mount -t tmpfs var "$1/var/lib" && mount -t proc proc "$1/proc" && exec "$2" "$3" "$1"'
    asked = json.dumps({"run": programs, "cases": cases, "keep": keep}).encode()
    done = subprocess.run(["unshare", "--mount", "/bin/sh", "-c", script, "sh", root, sys.executable, ASK], input=asked,
                          env=environment(), capture_output=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(gzip.decompress(done.stdout))


class Bench:
    """A virtual host with the LUN, and the roots of suites. close() ends it."""

    def __init__(self, suites, work):
        self.machine = VmHost.boot(system(), first_disk(work), mode="bare").machine
        self.machine.shell(LUN)
        self.machine.shell("cat >/run/ask.py", typed=ASK.read_bytes())
        for suite in suites:
            self.machine.shell(ROOT, self.machine.plug(suite.image), suite.name)

    def ask(self, suite, programs, cases, keep=None, timeout=3000):
        """As the function does it, in a suite's root in the guest."""
        self.machine.shell("cat >/run/question", typed=json.dumps({"run": programs, "cases": cases, "keep": keep}))
        status, out, err = self.machine.wait(
            self.machine.start("/bin/sh", "-c", 'python3 /run/ask.py "$1" </run/question', "sh", f"/run/{suite.name}"), timeout)
        assert status == 0, err.decode(errors="replace")
        return json.loads(gzip.decompress(out))

    def close(self):
        self.machine.close()
