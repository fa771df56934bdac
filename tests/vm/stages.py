# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages in a guest, and commands on them: rpm's own, which is what every installer ends in."""
import expect
from layouts import DROP_IN, LABEL

OLD, NEW = "1.0.0", "1.1.0"
NEW_RR_MIN_IO = "64"  # in what the newer stanza differs
HOOK = f"/opt/{LABEL}/bin/multipath-hook"
INSTALL = "rpm -U --replacepkgs /run/rpms/{}/*.rpm"
REMOVE = "rpm -e " + " ".join(expect.PACKAGES)
TEMP = f".multipath-hook.{LABEL}"  # beside the file, until it is renamed: no name that multipathd reads
# Of multipath's files those that nobody but the hook's pack may touch: multipathd keeps wwids and bindings.
OTHERS = (f"find /etc/multipath.conf /etc/multipath.xenserver /etc/multipath -type f ! -path {DROP_IN} "
          "! -name wwids ! -name bindings -exec sha256sum {} + | sort")


def stock(host, packs):
    """Both versions' packages, in the guest's memory."""
    put_packages(host, OLD, packs(version=OLD))
    put_packages(host, NEW, packs(version=NEW, rr_min_io=NEW_RR_MIN_IO))


def put_packages(host, name, pack):
    for rpm in pack.tree.glob("Packages/*.rpm"):
        host.put(f"/run/rpms/{name}/{rpm.name}", rpm.read_bytes())


def drop_in(host):
    """The bytes of the file the stanza lies in; None when there is none."""
    return host.read(DROP_IN) if host.path(DROP_IN).exists() else None
