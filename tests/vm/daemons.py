# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual host whose multipath and multipathd are another Debian suite's, in the host's own root.

The suite's image (tests/parsers/suites.py) is plugged in; its programs, and of its libraries what they need, are mounted
over the host's. So /usr/sbin/multipath, which the hook runs, and the daemon, whose root it compares with its own, are
that version for everybody on the host. The kernel and udev stay the host's.
"""
import lun
from dom0 import inventory
from layouts import BY_NAME, ETC
from suites import SUITES

HOSTS_OWN = "bookworm"  # system.py
LAYOUT = BY_NAME["xs-9"]  # the releases of which the hook asks the program what version it is
# $1: the image, $2, $3: the suite's folder and its libraries over or under the host's. In a single mount, for at no time
# may a program find a C library that is not the dynamic linker's.
SERVE = r"""
multipathd shutdown >/dev/null
while pidof multipathd >/dev/null; do sleep 0.1; done
multipath -F
mkdir /run/suite && mount -o ro "$1" /run/suite && modprobe overlay || exit 1
mount -t overlay -o "lowerdir=$2" libraries /usr/lib/x86_64-linux-gnu || exit 1
for file in /run/suite/usr/sbin/multipath* /run/suite/usr/lib/libm*path*.so.0 /run/suite/usr/lib/multipath; do
    mount --bind "$file" "${file#/run/suite}" || exit 1
done
"""


# Every path is looked at each second, and I/O waits for as long as there is none: what is shown is that none fails.
QUICK = """\
defaults {
    polling_interval     1
    max_polling_interval 1
    no_path_retry        queue
}
"""


def serve(host, suite):
    """From now on the suite's programs are the host's, and the host is a XenServer 9."""
    # A program needs a C library that is not older than the one it was built with: the newer one serves all.
    libraries = ["/run/suite/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"]
    if SUITES.index(suite.name) < SUITES.index(HOSTS_OWN):
        libraries.reverse()
    host.shell(SERVE, host.machine.plug(suite.image), ":".join(libraries))
    host.shell('rm "$1"', ETC)
    for owned in (*LAYOUT.sm, *LAYOUT.dm, *LAYOUT.loose):
        host.put(owned.path, LAYOUT.text(owned.path))
    host.put("/etc/multipath/conf.d/quick.conf", QUICK.encode())
    host.put("/etc/xensource-inventory", inventory(LAYOUT).encode())
    start(host)
    said = host.run("multipath", "-h")
    assert f"v{'.'.join(map(str, suite.version))} " in said.stdout + said.stderr, said


def start(host):
    host.shell("multipathd")
    lun.wait_for_map(host)

