# SPDX-License-Identifier: GPL-2.0-or-later
"""The host installer's way (packs.md C.2): from outside, into a mounted root, without signature checks."""
import shutil

import pytest

import expect
from layouts import KINDS, LABEL
from snapshot import difference
from support import environment, must
from xapi import resync_host


def host_installer(host, tree, work):
    """UpdateYumRepository: targets control and update-<label>, own repo only, gpgcheck=0, --installroot.

    Scriptlets run chroot'ed in a root without /proc and /dev, by the host's own /bin/sh.
    """
    conf, home = work / "yum.conf", work / "home"
    home.mkdir()
    (home / ".rpmmacros").write_text("%_dbpath /var/lib/rpm\n")  # Debian's rpm would use root's home
    conf.write_text("[main]\nkeepcache=0\nreposdir=/dev/null\ngpgcheck=0\ninstallonlypkgs=\n"
                    "[install]\nname=install\nbaseurl=http://127.0.0.1/pack\n")
    host.server.publish("pack", tree)
    try:
        return must([*host.server.enter, "dnf", "--releasever=/", f"--config={conf}", "--installroot", host.root,
                     "install", "-y", f"control-{LABEL}", f"update-{LABEL}"], env=environment(HOME=home))
    finally:
        host.server.withdraw("pack")


@pytest.mark.parametrize("layout", KINDS, ids=str)
def test_unsigned_pack_with_the_host(host, pack_for, tmp_path):
    """The installer asks for no signature: what xapi refuses goes in here."""
    host_installer(host, pack_for(host.layout, unsigned=True).tree, tmp_path)
    expect.stanza_in_place(host, expect.shipped(host.layout))
    expect.applied(host)


def test_installed_with_the_host(host, pack_for, tmp_path):
    before, packages, verified = host.snapshot(), host.packages(), host.verify_all()
    host_installer(host, pack_for(host.layout).tree, tmp_path)
    shutil.rmtree(host.path("/var/cache/dnf"), ignore_errors=True)
    expect.stanza_in_place(host, expect.shipped(host.layout))
    expect.applied(host)
    expect.rpm_verifies(host)
    assert len(resync_host(host)) == 1
    host.must("rpm", "-e", *expect.PACKAGES)
    assert difference(before, host.snapshot()) == []
    assert (host.packages(), host.verify_all()) == (packages, verified)
