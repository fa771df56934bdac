# SPDX-License-Identifier: GPL-2.0-or-later
"""What ci/demo shows: one virtual host, the QuantaStor pack installed as xapi does and removed, under verified I/O.

usage: demo.py BUILD-TREE
"""
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
for folder in ("", "interop", "vm"):
    sys.path.insert(0, str(TESTS / folder))
from dom0 import KEY_DIR  # noqa: E402
from hosts import first_disk  # noqa: E402
from layouts import LABEL  # noqa: E402
from lun import Traffic  # noqa: E402
from stages import HOOK  # noqa: E402
from support import EPOCH, SOURCE, Key, environment, must  # noqa: E402
from system import system  # noqa: E402
from vm_host import VmHost  # noqa: E402
from xapi import PoolUpdate  # noqa: E402


def say(text):
    print(text, flush=True)


def show(host, *command):
    """A command of the host and what it prints, as on its screen."""
    say(f"\n[dom0]# {' '.join(command)}")
    say(host.must(*command).stdout.rstrip())


def demo(build, work, key):
    iso = must([build / "bin/suppack", "build", "--key", key.id, "-o", work, SOURCE / "spec/quantastor/pack.ini"],
               env=environment(GNUPGHOME=key.home, SOURCE_DATE_EPOCH=EPOCH)).stdout.split()[-1]
    say("Booting a host in a virtual machine: Debian's kernel and multipathd, two paths to one LUN.")
    host = VmHost.boot(system(), first_disk(work))
    try:
        host.import_update_key(key.public)
        traffic = Traffic(host, build / "bin/io_check")
        say("Somebody reads and writes on it, and verifies each block, until the end.\n\n=== before")
        show(host, "multipath", "-ll")
        say(f"\n=== install {Path(iso).name}, as xapi does: attach, check the signatures against {KEY_DIR}, precheck, dnf")
        update = PoolUpdate(host, host.insert(iso)).introduce()
        update.apply()
        say("\n=== after")
        show(host, "multipath", "-ll")
        show(host, HOOK, "status")
        say("\n=== remove")
        show(host, f"/var/update/{update.uuid}/remove")
        show(host, "multipath", "-ll")
        say(f"\nI/O meanwhile: {traffic.stop()}")
    finally:
        host.close()


def main(build):
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="suppack-demo-") as work:
        key = Key(tempfile.mkdtemp(prefix="suppack-gpg-"))
        try:
            demo(Path(build).resolve(), Path(work), key.create())
        finally:
            key.close()
    say(f"Took {time.monotonic() - start:.0f} s. Nothing of {LABEL} is left on this machine.")


if __name__ == "__main__":
    main(sys.argv[1])
