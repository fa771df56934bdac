# SPDX-License-Identifier: GPL-2.0-or-later
"""A dom0 of the classic releases: what the installers of 5.6 to 7.0 look at, beside what every Dom0 has.

Real: rpm and its database, the pack, its installer under the named shell, the hook. Made up: the product's own entry
among the installed repositories, and xe_stub, which stands for xe and writes down what it is asked.
"""
import re
import shutil

from support import SUMS, sums_of

ID = "osnexus:osnexus-quantastor-multipath"
INSTALLED = "/etc/xensource/installed-repos"
RECORD = f"{INSTALLED}/{ID}"
MEDIA = "/mnt"
STUB_LOG = "/root/xe-stub.log"
# Root shells: bash as dom0 has it (invoked as sh), and the two others an installer of POSIX sh must run under.
SHELLS = {"bash": "/usr/bin/bash-static", "dash": "/usr/bin/dash", "busybox": "/usr/bin/busybox"}
XE_STUB = """#!/bin/sh
echo "$*" >>{log}
exit {status}
"""
# What records itself there: 5.6 to 6.5 copy the files of the media; 7.0 writes what an XML library prints.
MAIN = ('<repository build="7c" name="main" originator="xs" product="XenServer" version="{version}">\n'
        "  <description>XenServer Pack</description>\n</repository>\n")
MAIN_7 = ('<?xml version="1.0" ?><repository build="125380c" name="main" originator="xs" product="XenServer" '
          'version="{version}"><description>XenServer Pack</description></repository>')


def make_classic(host, shell="bash"):
    """Turns a fresh Dom0 into one that can take a classic pack; 32-bit up to 6.2 (packs.md A.6)."""
    host.machine = ("setarch", "i686") if host.layout.product < "6.5" else ()
    text = MAIN_7 if host.layout.product.startswith("7") else MAIN
    host.put(f"{INSTALLED}/xs:main/XS-REPOSITORY", text.format(version=host.layout.product))
    host.put(f"{INSTALLED}/xs:main/XS-PACKAGES", "<packages>\n</packages>\n")
    set_xe(host)
    shutil.copy2(SHELLS[shell], host.path(f"/bin/{shell}"))
    host.path("/bin/sh").unlink()
    host.path("/bin/sh").symlink_to(shell)
    return host


def set_xe(host, status=0):
    """xe lies where dom0's lies; its content says that it is none."""
    stub = host.put("/opt/xensource/bin/xe_stub", XE_STUB.format(log=STUB_LOG, status=status), 0o755)
    link = stub.with_name("xe")
    link.unlink(missing_ok=True)
    link.symlink_to("xe_stub")


def asked_of_xe(host):
    log = host.path(STUB_LOG)
    return log.read_text().splitlines() if log.exists() else []


def forget_xe(host):
    host.path(STUB_LOG).unlink(missing_ok=True)


def starter(layout):
    """What xe-install-supplemental-pack of that release runs in the mounted image (packs.md A.5)."""
    return "./install" if layout.product.startswith("7") else "./install.sh"


def sum_up(tree):
    """Lists the files as they are now: what a test changed is no damage but another pack."""
    text = sums_of(tree)
    if (tree / SUMS).read_text() != text:
        (tree / SUMS).write_text(text)


def install(host, tree, *words, typed="", program=None, summed=True):
    """As xe-install-supplemental-pack does it: cd to the image, which is read-only, and run its program."""
    if summed:
        sum_up(tree)
    return host.run("/bin/sh", "-c", f'cd {MEDIA} && exec "$@"', "sh", program or starter(host.layout), *words,
                    attach=(tree, MEDIA), typed=typed)


def edit_metadata(tree, file, pattern, replacement):
    """One change of a private copy of the image's tree."""
    path = tree / file
    text, count = re.subn(pattern, replacement, path.read_text(), count=1)
    assert count == 1, f"{file} has no {pattern}"
    path.write_text(text)
